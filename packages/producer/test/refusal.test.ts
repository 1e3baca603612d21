import { type FaultKind, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import type { FailedRecordFacts } from '../src/errors.js';
import { isLasting, mayHaveStored, putFailed, startFailed } from '../src/refusal.js';

const thrown = new Error('as thrown');
const facts: FailedRecordFacts = {
  stream: 'tweets',
  record: () => ({ partitionKey: 'u1', data: 'lima' }),
  attempts: [],
  mayBeStored: false,
};

function fault(kind: FaultKind): ServiceFault {
  return {
    kind,
    name: 'SomeException',
    message: 'Stream tweets not found.',
    answered: true,
    sent: true,
    cause: thrown,
  };
}

const lasting: readonly [FaultKind, string, RegExp][] = [
  ['not-found', 'STREAM_NOT_FOUND', /name or ARN, the region/],
  ['access-denied', 'ACCESS_DENIED', /kinesis:PutRecords/],
  ['credentials', 'CREDENTIALS_REJECTED', /valid AWS credentials/],
  ['encryption', 'ENCRYPTION_KEY_UNUSABLE', /KMS key/],
  ['configuration', 'CLIENT_MISCONFIGURED', /clientConfig/],
  ['refused', 'RECORD_REFUSED', /limits/],
];

describe('mayHaveStored', () => {
  it('is so for what failed in passing (P1)', () => {
    expect(mayHaveStored(fault('transient'))).toBe(true);
  });

  it.each<Partial<ServiceFault>>([
    { kind: 'throttled' },
    { kind: 'refused' },
    { sent: false },
    { name: 'ResourceInUseException' },
    { name: 'RequestExpired' },
  ])('is not so with %j', (facts) => {
    expect(mayHaveStored({ ...fault('transient'), ...facts })).toBe(false);
  });
});

describe('isLasting', () => {
  it.each(lasting)('fails %s at once (P7)', (kind) => {
    expect(isLasting(kind)).toBe(true);
  });

  it.each(['throttled', 'transient'] as const)('retries %s', (kind) => {
    expect(isLasting(kind)).toBe(false);
  });
});

describe.each(lasting)('of %s', (kind, code, advice) => {
  it('putFailed says what was refused, by whom, and what to do', () => {
    const error = putFailed(fault(kind), facts);
    expect(error).toMatchObject({ code, serviceError: 'SomeException', retryable: false, stream: 'tweets' });
    expect(error.cause).toBe(thrown);
    expect(error.record).toEqual({ partitionKey: 'u1', data: 'lima' });
    expect(error.message).toContain('A record for stream "tweets" was refused with SomeException');
    expect(error.message).toMatch(advice);
  });

  it('startFailed says the same of the start', () => {
    const error = startFailed(fault(kind), 'tweets');
    expect(error).toMatchObject({ code, serviceError: 'SomeException', retryable: false });
    expect(error.cause).toBe(thrown);
    expect(error.message).toContain(
      'start of the producer of stream "tweets" was refused with SomeException',
    );
    expect(error.message).toMatch(advice);
  });

  it("ends the service's words with one full stop", () => {
    for (const message of ['Stream tweets not found.', 'Stream tweets not found']) {
      const error = startFailed({ ...fault(kind), message }, 'tweets');
      expect(error.message).toContain('SomeException: Stream tweets not found. ');
    }
  });
});

describe('of what was not sent', () => {
  const unsent = (thrownError: Error) => startFailed(serviceFaultOf(thrownError), 'tweets').message;

  it('says so, and where a region comes from', () => {
    expect(unsent(new Error('Region is missing'))).toBe(
      'The start of the producer of stream "tweets" failed before anything was sent, with MissingRegion: Region is missing. ' +
        'Set region in clientConfig, or AWS_REGION, or a region in the profile of the shared configuration file.',
    );
  });

  it('names what leads to an endpoint', () => {
    const nowhere = Object.assign(new Error('FIPS and custom endpoint are not supported'), {
      name: 'EndpointError',
    });
    expect(unsent(nowhere)).toContain('Check region, endpoint, useFipsEndpoint and useDualstackEndpoint');
  });
});
