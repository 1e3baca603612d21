import { ShardlineError } from '@shardline/core';
import { describe, expect, it, test } from 'vitest';
import * as errors from '../src/errors.js';
import * as door from '../src/index.js';
import type { UserRecord } from '../src/user-record.js';

const record: UserRecord = { partitionKey: 'u1', data: 'lima' };
const facts: errors.FailedRecordFacts = {
  stream: 'tweets',
  record: () => record,
  attempts: [{ delayMs: 1, durationMs: 2, success: false, errorCode: 'InternalFailure' }],
  mayBeStored: false,
};
const noMemory = new RangeError('Array buffer allocation failed');
const full = {
  outstandingRecords: 5,
  keptRecords: 0,
  outstandingBytes: 600,
  heldBytes: 700,
  setAsideBytes: 250,
  maxOutstandingRecords: 10,
  maxOutstandingBytes: 1_000,
  waitingPuts: 7,
  maxWaitingPuts: 7,
};
const underneath = new Error('underneath');

/** One of each class, what it says of itself, and what its reader is told to do. */
const samples = [
  {
    error: new errors.InvalidRecordError('partitionKey', '', 'a string of 1 to 256 characters'),
    code: 'INVALID_RECORD',
    retryable: false,
    says: /partitionKey must be a string of 1 to 256 characters; received an empty string/,
    facts: { member: 'partitionKey', expected: 'a string of 1 to 256 characters' },
  },
  {
    error: new errors.RecordTooLargeError('u1', 2_000, 1_000),
    code: 'RECORD_TOO_LARGE',
    retryable: false,
    says: /"u1".*2000 bytes.*limit is 1000. Split it, or raise the stream's maximum record size, which running producers .*minute\.$/,
    facts: { sizeBytes: 2_000, limitBytes: 1_000 },
  },
  {
    error: new errors.BufferFullError(full),
    code: 'BUFFER_FULL',
    retryable: true,
    says: /records: 5 of at most 10; bytes held: 700 of at most 1000, 250 more set aside.*wait for room: 7 of at most 7\. maxOutstandingBytes was reached, then maxWaitingPuts/,
    facts: full,
  },
  {
    error: new errors.PutAbortedError(underneath),
    code: 'PUT_ABORTED',
    retryable: true,
    says: /aborted before there was room.*not accepted/,
    facts: { cause: underneath },
  },
  {
    error: new errors.PutWithdrawnError(facts, underneath),
    code: 'PUT_WITHDRAWN',
    retryable: true,
    says: /"tweets" was withdrawn before it was sent: the put was aborted/,
    facts: { cause: underneath, stream: 'tweets', mayBeStored: false },
  },
  {
    error: new errors.ProducerClosedError('tweets'),
    code: 'PRODUCER_CLOSED',
    retryable: false,
    says: /"tweets" is closed.*[Mm]ake a new one/,
    facts: {},
  },
  {
    error: new errors.RecordExpiredError(facts, 120_000.4),
    code: 'RECORD_EXPIRED',
    retryable: true,
    says: /"tweets" expired after 120000 ms and 1 attempt: its last attempt ended in InternalFailure\. .*recordTtlMs/,
    facts: { ageMs: 120_000.4, stream: 'tweets', attempts: facts.attempts, mayBeStored: false },
  },
  {
    error: new errors.ShutdownTimeoutError(facts, 'reached its deadline of 30000 ms'),
    code: 'SHUTDOWN_TIMEOUT',
    retryable: true,
    says: /"tweets".*deadline of 30000 ms, after 1 attempt: its last attempt ended in InternalFailure\. .*error\.record.*more time/,
    facts: { stream: 'tweets', attempts: facts.attempts, mayBeStored: false },
  },
  {
    error: new errors.CloseTimeoutError(
      'tweets',
      { failedRecords: 9, refusedPuts: 4 },
      'reached its deadline of 30000 ms',
    ),
    code: 'CLOSE_TIMEOUT',
    retryable: false,
    says: /"tweets".*30000 ms; 9 records not settled.*SHUTDOWN_TIMEOUT.*more time.*endpoint and network/,
    facts: { failedRecords: 9, refusedPuts: 4 },
  },
  {
    error: new errors.PutFailedError('ACCESS_DENIED', 'No. Grant it.', 'AccessDenied', facts, underneath),
    code: 'ACCESS_DENIED',
    retryable: false,
    says: /^No\. Grant it\.$/,
    facts: { serviceError: 'AccessDenied', cause: underneath, stream: 'tweets' },
  },
  {
    error: new errors.StartFailedError('STREAM_NOT_FOUND', 'No. Make it.', 'ResourceNotFound', underneath),
    code: 'STREAM_NOT_FOUND',
    retryable: false,
    says: /^No\. Make it\.$/,
    facts: { serviceError: 'ResourceNotFound', cause: underneath },
  },
];

describe('the errors of the producer', () => {
  it('have a sample here for every class that can be thrown', () => {
    const thrown = Object.keys(errors).filter((name) => name !== 'RecordFailedError');
    expect(samples.map(({ error }) => error.constructor.name).sort()).toEqual(thrown.sort());
  });

  it('are all exported from the package', () => {
    expect(Object.keys(door)).toEqual(expect.arrayContaining(Object.keys(errors)));
  });

  it('have a code each, which alone says what facts there are', () => {
    const codes = samples.map(({ error }) => error.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(samples)(
    '$error.name has its code, its name and its facts',
    ({ error, code, retryable, facts }) => {
      expect(error).toBeInstanceOf(ShardlineError);
      expect(error.code).toBe(code);
      expect(error.code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
      expect(error.name).toBe(error.constructor.name);
      expect(error.retryable).toBe(retryable);
      expect(error).toMatchObject(facts);
    },
  );

  it.each(samples)('$error.name says what happened and what to do', ({ error, says }) => {
    expect(error.message).toMatch(says);
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
  });
});

describe('RecordFailedError', () => {
  const failed = samples
    .map(({ error }) => error)
    .filter((error) => error instanceof errors.RecordFailedError);

  it.each(failed)('$name gives the record back (P1)', (error) => {
    expect(error.record).toEqual(record);
  });

  it('are the errors that have a record: the way to tell them by, whichever copy of the package they are of', () => {
    for (const { error } of samples) {
      expect('record' in error).toBe(error instanceof errors.RecordFailedError);
    }
  });

  it('reads the record only when it is asked for', () => {
    let reads = 0;
    const count = () => {
      reads += 1;
      return record;
    };
    const error = new errors.RecordExpiredError({ ...facts, record: count }, 1);
    expect(reads).toBe(0);
    expect(error.record).toEqual(record);
    expect(reads).toBe(1);
  });

  it('says that the record may be stored where an attempt went unanswered (P1)', () => {
    const doubtful = { ...facts, mayBeStored: true };
    for (const error of [
      new errors.RecordExpiredError(doubtful, 1),
      new errors.ShutdownTimeoutError(doubtful, 'reached its deadline of 1 ms'),
      new errors.PutFailedError('ACCESS_DENIED', 'No.', 'AccessDenied', doubtful, underneath),
    ]) {
      expect(error.mayBeStored).toBe(true);
      expect(error.message).toMatch(/may have been stored/);
    }
    expect(new errors.RecordExpiredError(facts, 1).message).not.toMatch(/may have been stored/);
  });

  it('says how the last attempt ended, in words that do not fill a log', () => {
    const words = `Rate exceeded for shard shardId-000000000003. ${'x'.repeat(500)}.`;
    const last = { delayMs: 1, durationMs: 2, success: false, errorCode: 'InternalFailure' };
    const attempts = [...facts.attempts, { ...last, errorMessage: words }];
    for (const error of [
      new errors.RecordExpiredError({ ...facts, attempts }, 1),
      new errors.ShutdownTimeoutError({ ...facts, attempts }, 'reached its deadline of 1 ms'),
    ]) {
      expect(error.message).toMatch(
        /2 attempts: .*InternalFailure: Rate exceeded for shard shardId-000000000003\. x+\. /,
      );
      expect(error.message.length).toBeLessThan(600);
    }
    const none = new errors.ShutdownTimeoutError({ ...facts, attempts: [] }, 'reached its deadline of 1 ms');
    expect(none.message).toContain('after 0 attempts: it was never sent.');
    const refused = new errors.PutFailedError(
      'ACCESS_DENIED',
      'No.',
      'AccessDenied',
      { ...facts, attempts },
      1,
    );
    expect(refused.message).toBe('No. That was attempt 2.');
    const cut = {
      ...facts,
      attempts: [{ ...last, errorCode: 'ShutdownTimeout', errorMessage: 'close() ended.' }],
    };
    const given = new errors.ShutdownTimeoutError(cut, 'reached its deadline of 1 ms').message;
    expect(given).toContain('after 1 attempt: its last attempt had no answer yet. Put it again');
    const ended = { ...facts, attempts: [{ ...last, errorMessage: 'Internal service failure.' }] };
    expect(new errors.RecordExpiredError(ended, 1).message).toContain('Internal service failure. Check');
  });

  it('tells a record that was never sent from one that was refused', () => {
    const error = new errors.RecordExpiredError({ ...facts, attempts: [] }, 1);
    expect(error.message).toMatch(
      /and 0 attempts: it was never sent\. Records before it, or an unknown shard map.*stats\(\).*shard-map-failed/,
    );
    expect(error.message).not.toMatch(/its shard|[Aa]dd shards/);
  });
});

describe('RecordExpiredError', () => {
  const expired = (errorCode: string) =>
    new errors.RecordExpiredError(
      { ...facts, attempts: [...facts.attempts, { delayMs: 0, durationMs: 1, success: false, errorCode }] },
      1,
    ).message;

  it('says how the last attempt ended, and advises by that', () => {
    expect(expired('ThrottlingException')).toMatch(
      /its last attempt ended in ThrottlingException\. Add shards, put more slowly, or raise recordTtlMs/,
    );
  });
});

describe('InvalidRecordError', () => {
  it.each([
    ['text', 'a string of 4 characters'],
    [null, 'null'],
    [12, 'number'],
    [undefined, 'undefined'],
    [{ secret: 1 }, 'object'],
    [new Uint16Array(2), 'a Uint16Array'],
  ])('names %j without quoting it', (received, words) => {
    const { message } = new errors.InvalidRecordError('data', received, 'a string or a Uint8Array');
    expect(message).toMatch(new RegExp(`received ${words}[.:]`));
    expect(message).not.toContain('text');
    expect(message).not.toContain('secret');
  });
});

describe('RecordTooLargeError', () => {
  it('advises to raise the limit of the stream only where that helps', () => {
    const mebibyte = 1_048_576;
    const tooLarge = (sizeBytes: number) => new errors.RecordTooLargeError('k', sizeBytes, mebibyte).message;
    expect(tooLarge(10 * mebibyte)).toContain('or raise the stream');
    expect(tooLarge(10 * mebibyte + 1)).toContain('no stream takes more');
  });

  it('quotes no more than the beginning of a long partition key', () => {
    const { message } = new errors.RecordTooLargeError('k'.repeat(256), 2, 1);
    expect(message).toContain(`"${'k'.repeat(60)}"`);
    expect(message).not.toContain('k'.repeat(61));
  });

  it('names the limit that it broke, and none that cannot be raised', () => {
    const { message } = new errors.RecordTooLargeError('k', 2, 1, 'bound');
    expect(message).toContain('raise maxOutstandingBytes.');
    expect(message).not.toContain('maximum record size');
    expect(new errors.RecordTooLargeError('k', 10_485_761, 10_485_760).message).toMatch(
      /no stream takes more than 10485760\.$/,
    );
  });
});

test('BUFFER_FULL says that the machine has no memory, where that is so, and counts room that is kept', () => {
  const error = new errors.BufferFullError({ ...full, keptRecords: 2 }, noMemory);
  expect(error).toMatchObject({ code: 'BUFFER_FULL', retryable: true, cause: noMemory, keptRecords: 2 });
  expect(error.message).toMatch(/records: 5 and 2 that room is kept for, of at most 10;/);
  expect(error.message).toMatch(
    / This machine has no memory for it \(Array buffer allocation failed\): put again in a while, or lower maxOutstandingBytes\.$/,
  );
});
