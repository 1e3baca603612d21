import { ShardlineError } from '@shardline/core';
import { serviceLimits } from '@shardline/core/internal';
import type { Attempt } from './attempt.js';
import { historyOf, triesOf } from './attempt-history.js';
import { expiryAdvice } from './expiry-advice.js';
import { fullAdvice } from './full-advice.js';
import { type LeftUndone, undoneInWords } from './left-undone.js';
import { receivedInWords } from './received-in-words.js';
import type { ShardMapFailure } from './shard-map-failures.js';
import type { UserRecord } from './user-record.js';

/** A user record cannot be put as it is: a key or the data is of the wrong type or out of range. */
export class InvalidRecordError extends ShardlineError {
  override readonly code = 'INVALID_RECORD';
  /** The member of the record that is wrong. */
  readonly member: string;
  /** What would have been right. */
  readonly expected: string;

  /** `options.cause` is what the record threw when it was read. */
  constructor(
    member: string,
    received: unknown,
    expected: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(
      `The record was not accepted: ${member} must be ${expected}; received ${receivedInWords(member, received)}.`,
      { retryable: false, ...options },
    );
    this.member = member;
    this.expected = expected;
  }
}

/** Data plus partition key are above what the stream, or the outstanding bound, can ever take. */
export class RecordTooLargeError extends ShardlineError {
  override readonly code = 'RECORD_TOO_LARGE';
  /** Data plus partition key, in bytes. */
  readonly sizeBytes: number;
  /** The limit it broke, in bytes. */
  readonly limitBytes: number;

  /** `limit` says whose limit it broke: the stream's, or that of the producer's own bound. */
  constructor(
    partitionKey: string,
    sizeBytes: number,
    limitBytes: number,
    limit: 'stream' | 'bound' = 'stream',
  ) {
    const { highestMaxRecordBytes } = serviceLimits;
    const advice = {
      bound: 'Split it, or raise maxOutstandingBytes',
      stream:
        sizeBytes <= highestMaxRecordBytes
          ? "Split it, or raise the stream's maximum record size, which running producers learn within about a minute"
          : `Split it: no stream takes more than ${highestMaxRecordBytes}`,
    };
    super(
      `The record with partition key ${JSON.stringify(partitionKey.slice(0, 60))} was not accepted: data and partition key ` +
        `are ${sizeBytes} bytes, the limit is ${limitBytes}. ${advice[limit]}.`,
      { retryable: false },
    );
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/**
 * A bound on what is outstanding is reached and no put may wait (`whenFull: 'reject'`), or too much waits already; or the machine has no
 * memory for the record: `cause` says so.
 */
export class BufferFullError extends ShardlineError {
  override readonly code = 'BUFFER_FULL';
  /** User records accepted and not settled. */
  readonly outstandingRecords: number;
  /** Records for which room is kept, since `waitForRoom` has just told of it. */
  readonly keptRecords: number;
  /** Bytes of those outstanding, with what they are charged besides. */
  readonly outstandingBytes: number;
  /** All that is held, as in `stats()`: what `maxOutstandingBytes` bounds. */
  readonly heldBytes: number;
  /** What of the bound is set aside for the bodies of requests and not held now: records do not get it. */
  readonly setAsideBytes: number;
  /** The bound on records. */
  readonly maxOutstandingRecords: number;
  /** The bound on bytes. */
  readonly maxOutstandingBytes: number;
  /** Records that wait for room. */
  readonly waitingPuts: number;
  /** The bound on them: 0 with `whenFull: 'reject'`. */
  readonly maxWaitingPuts: number;

  constructor(facts: Omit<BufferFullError, keyof ShardlineError>, noMemory?: RangeError) {
    const kept = facts.keptRecords === 0 ? '' : ` and ${facts.keptRecords} that room is kept for,`;
    const advice = noMemory
      ? `This machine has no memory for it (${noMemory.message}): put again in a while, or lower maxOutstandingBytes.`
      : fullAdvice(facts);
    super(
      `The record was not accepted. Outstanding records: ${facts.outstandingRecords}${kept} of at most ${facts.maxOutstandingRecords}; bytes held: ` +
        `${facts.heldBytes} of at most ${facts.maxOutstandingBytes}, ${facts.setAsideBytes} more set aside for bodies of requests; records that ` +
        `wait for room: ${facts.waitingPuts} of at most ${facts.maxWaitingPuts}. ${advice}`,
      { retryable: true, cause: noMemory },
    );
    this.outstandingRecords = facts.outstandingRecords;
    this.keptRecords = facts.keptRecords;
    this.outstandingBytes = facts.outstandingBytes;
    this.heldBytes = facts.heldBytes;
    this.setAsideBytes = facts.setAsideBytes;
    this.maxOutstandingRecords = facts.maxOutstandingRecords;
    this.maxOutstandingBytes = facts.maxOutstandingBytes;
    this.waitingPuts = facts.waitingPuts;
    this.maxWaitingPuts = facts.maxWaitingPuts;
  }
}

/** The caller's signal fired before the put, or while it waited for room; the record was not accepted. */
export class PutAbortedError extends ShardlineError {
  override readonly code = 'PUT_ABORTED';

  constructor(cause: unknown) {
    super(
      'The put was aborted before there was room for it, or before it began; the record was not accepted.',
      {
        retryable: true,
        cause,
      },
    );
  }
}

/** The producer was closed before the call. */
export class ProducerClosedError extends ShardlineError {
  override readonly code = 'PRODUCER_CLOSED';

  constructor(stream: string) {
    super(`The producer of stream "${stream}" is closed. Make a new one.`, { retryable: false });
  }
}

/** What is known of an accepted record that was not stored. */
export interface FailedRecordFacts {
  /** Stream name or ARN, as given. */
  readonly stream: string;
  /** The record, read back from what was buffered. */
  readonly record: () => UserRecord;
  /** All attempts, oldest first; of more than six the first two and the newest four. */
  readonly attempts: readonly Attempt[];
  /** Attempts left out between these. */
  readonly attemptsLeftOut?: number;
  /** Whether an attempt without a clear answer may have stored it (P1). */
  readonly mayBeStored: boolean;
  /** Why the shards of the stream are not known, where they are not. */
  readonly mapFailure?: ShardMapFailure | undefined;
}

/** Base of the errors about accepted records (P1): whatever the reason, the record can be read back. */
export abstract class RecordFailedError extends ShardlineError {
  /** Stream name or ARN, as given. */
  readonly stream: string;
  /** All attempts, oldest first; of more than six the first two and the newest four (P2). Frozen. */
  readonly attempts: readonly Attempt[];
  /** How many attempts are left out between the second and the third of `attempts`; 0 where they are all there. */
  readonly attemptsLeftOut: number;
  /** Whether an attempt without a clear answer may have stored the record: putting it again may repeat it. */
  readonly mayBeStored: boolean;
  /** Whether the signal of the put fired when the record could not be withdrawn any more: it was in an aggregate, or had been sent. */
  readonly abortedTooLate: boolean = false;
  readonly #record: () => UserRecord;

  constructor(message: string, facts: FailedRecordFacts, retryable: boolean, cause?: unknown) {
    const repeat = facts.mayBeStored ? ' It may have been stored by an attempt that was not answered.' : '';
    super(message + repeat, cause === undefined ? { retryable } : { retryable, cause });
    this.stream = facts.stream;
    this.attempts = Object.freeze(facts.attempts);
    this.attemptsLeftOut = facts.attemptsLeftOut ?? 0;
    this.mayBeStored = facts.mayBeStored;
    this.#record = facts.record;
  }

  /** The record that failed, read back from the bytes that were buffered for it. */
  get record(): UserRecord {
    return this.#record();
  }
}

/** The caller's signal fired while the record, accepted, still waited by itself and had never been sent: it was withdrawn. */
export class PutWithdrawnError extends RecordFailedError {
  override readonly code = 'PUT_WITHDRAWN';

  constructor(facts: FailedRecordFacts, cause: unknown) {
    super(
      `A record for stream "${facts.stream}" was withdrawn before it was sent: the put was aborted.`,
      facts,
      true,
      cause,
    );
  }
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** The record was not stored within `recordTtlMs`. KPL: Expired. */
export class RecordExpiredError extends RecordFailedError {
  override readonly code = 'RECORD_EXPIRED';
  /** Time since it was put, in milliseconds. */
  readonly ageMs: number;

  constructor(facts: FailedRecordFacts, ageMs: number) {
    const { stream, attempts, mapFailure } = facts;
    super(
      `A record for stream "${stream}" expired after ${Math.round(ageMs)} ms and ${counted(triesOf(facts), 'attempt')}: ${historyOf(attempts, mapFailure)}. ` +
        `${expiryAdvice(attempts.length > 0 ? attempts.at(-1)?.errorCode : mapFailure?.reason)}, or raise recordTtlMs.`,
      facts,
      true,
    );
    this.ageMs = ageMs;
  }
}

/** `close()` reached its deadline before the record was settled. */
export class ShutdownTimeoutError extends RecordFailedError {
  override readonly code = 'SHUTDOWN_TIMEOUT';

  /** `why` ends the sentence "close() …". */
  constructor(facts: FailedRecordFacts, why: string) {
    const { stream, attempts, mapFailure } = facts;
    super(
      `A record for stream "${stream}" was not settled when close() ${why}, after ${counted(triesOf(facts), 'attempt')}: ${historyOf(attempts, mapFailure)}. ` +
        'Put it again from error.record, or give close() more time.',
      facts,
      true,
    );
  }
}

/** `close()` reached its deadline: what was left has failed with `SHUTDOWN_TIMEOUT`, or `PRODUCER_CLOSED`, and whoever put it was told. */
export class CloseTimeoutError extends ShardlineError {
  override readonly code = 'CLOSE_TIMEOUT';
  /** User records that were accepted and failed. */
  readonly failedRecords: number;
  /** Records of puts that still waited for room, or for the stream's description, and were refused. */
  readonly refusedPuts: number;

  /** `why` ends the sentence "close() …". */
  constructor(stream: string, left: LeftUndone, why: string, cause?: unknown) {
    super(
      `close() of the producer of stream "${stream}" ${why}; ${undoneInWords(left)}`,
      cause === undefined ? { retryable: false } : { retryable: false, cause },
    );
    const { failedRecords, refusedPuts } = left;
    this.failedRecords = failedRecords;
    this.refusedPuts = refusedPuts;
  }
}

/** Why the service, or the client before it, refuses a record for good. */
export type PutFailedCode =
  | 'STREAM_NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS_REJECTED'
  | 'ENCRYPTION_KEY_UNUSABLE'
  | 'CLIENT_MISCONFIGURED'
  | 'RECORD_REFUSED';

/** The service refused the record for a reason that a retry does not mend (P7). */
export class PutFailedError extends RecordFailedError {
  override readonly code: PutFailedCode;
  /** The service's error name. */
  readonly serviceError: string;

  constructor(
    code: PutFailedCode,
    message: string,
    serviceError: string,
    facts: FailedRecordFacts,
    cause: unknown,
  ) {
    const tries = triesOf(facts);
    super(tries > 1 ? `${message} That was attempt ${tries}.` : message, facts, false, cause);
    this.code = code;
    this.serviceError = serviceError;
  }
}

/** `start()` could not reach the stream for a reason that a retry does not mend. */
export class StartFailedError extends ShardlineError {
  override readonly code: PutFailedCode;
  /** The service's error name. */
  readonly serviceError: string;

  constructor(code: PutFailedCode, message: string, serviceError: string, cause: unknown) {
    super(message, { retryable: false, cause });
    this.code = code;
    this.serviceError = serviceError;
  }
}
