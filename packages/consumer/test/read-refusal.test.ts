import type { FaultKind, ServiceFault } from '@shardline/core/internal';
import { expect, test } from 'vitest';
import { isLastingFault, kinesisCallError } from '../src/read-refusal.js';

const thrown = new Error('as thrown');
const shard = { stream: 'tweets', shardId: 'shardId-1', call: 'GetRecords' };

function fault(kind: FaultKind): ServiceFault {
  return { kind, name: 'SomeException', message: 'No', answered: true, sent: true, cause: thrown };
}

const kinds: readonly [FaultKind, string, boolean, RegExp][] = [
  ['not-found', 'STREAM_NOT_FOUND', false, /name or ARN, the region/],
  [
    'access-denied',
    'ACCESS_DENIED',
    false,
    /kinesis:ListShards, kinesis:GetShardIterator, kinesis:GetRecords/,
  ],
  ['credentials', 'CREDENTIALS_REJECTED', false, /valid AWS credentials/],
  ['encryption', 'ENCRYPTION_KEY_UNUSABLE', false, /KMS key/],
  ['configuration', 'CLIENT_MISCONFIGURED', false, /clientConfig/],
  ['refused', 'REQUEST_REFUSED', false, /another applicationName/],
  ['throttled', 'READ_FAILED', true, /pollIntervalMs/],
  ['transient', 'READ_FAILED', true, /network/],
];

test.each(kinds)('%s is %s, with what to do', (kind, code, retryable, advice) => {
  const error = kinesisCallError(fault(kind), shard);
  expect(error).toMatchObject({ code, retryable, ...shard, serviceError: 'SomeException', cause: thrown });
  expect(error.message).toContain(
    'GetRecords of shard shardId-1 of stream "tweets" failed with SomeException: No. ',
  );
  expect(error.message).toMatch(advice);
  expect(isLastingFault(fault(kind))).toBe(!retryable);
});

test('a call about the stream names no shard', () => {
  const error = kinesisCallError(fault('refused'), {
    stream: 'tweets',
    shardId: undefined,
    call: 'ListShards',
  });
  expect(error.message).toContain('ListShards of stream "tweets" failed');
  expect(error.shardId).toBeUndefined();
});

test('credentials that cannot be had are no matter of the network to the endpoint', () => {
  const unavailable = { ...fault('transient'), name: 'CredentialsUnavailable' };
  const error = kinesisCallError(unavailable, shard);
  expect(error).toMatchObject({ code: 'READ_FAILED', retryable: true });
  expect(error.message).toMatch(
    /failed with CredentialsUnavailable: No\. Check the provider of credentials: /,
  );
});
