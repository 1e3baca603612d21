import type { FaultKind, ServiceFault } from '@shardline/core/internal';
import { type ConsumerFailedCode, KinesisCallError } from './errors.js';

/** What a failed call is called and what its reader should do. */
const advice: Readonly<Record<FaultKind, readonly [ConsumerFailedCode, string]>> = Object.freeze({
  'not-found': ['STREAM_NOT_FOUND', 'Check the stream name or ARN, the region and the account.'],
  'access-denied': [
    'ACCESS_DENIED',
    'Grant kinesis:ListShards, kinesis:GetShardIterator, kinesis:GetRecords and kinesis:DescribeStreamSummary.',
  ],
  credentials: [
    'CREDENTIALS_REJECTED',
    'Provide valid AWS credentials, and check the clock of this machine.',
  ],
  encryption: [
    'ENCRYPTION_KEY_UNUSABLE',
    "Check that the stream's KMS key is enabled and that this role may decrypt with it.",
  ],
  configuration: [
    'CLIENT_MISCONFIGURED',
    'Check clientConfig (region, credentials, endpoint) or the given client, and certificates and proxies on the way.',
  ],
  refused: [
    'REQUEST_REFUSED',
    'Where the stream was deleted and made again under its name, its old leases do not fit: use another applicationName, or delete ' +
      'them. A time to begin at must not lie in the future.',
  ],
  throttled: [
    'READ_FAILED',
    'Too many readers share the shard: raise pollIntervalMs, or read with fewer applications.',
  ],
  transient: ['READ_FAILED', 'Check the network to the endpoint and the health of the service.'],
});

/** What to do about those that have a cause of their own. */
const adviceByName: Readonly<Record<string, string>> = Object.freeze({
  CredentialsUnavailable:
    'Check the provider of credentials: what it asks, such as instance metadata, STS or a vault, and the way there.',
});

/** Whether nothing passes until somebody acts. */
export function isLastingFault({ kind }: ServiceFault): boolean {
  return kind !== 'throttled' && kind !== 'transient';
}

/** A failed call as its reader should see it. */
export function kinesisCallError(
  fault: ServiceFault,
  facts: { readonly stream: string; readonly shardId: string | undefined; readonly call: string },
): KinesisCallError {
  const [code, what] = advice[fault.kind];
  const of = facts.shardId === undefined ? '' : ` shard ${facts.shardId} of`;
  const words = fault.message.replace(/\.?$/, '.');
  const better = Object.hasOwn(adviceByName, fault.name) ? adviceByName[fault.name] : undefined;
  const message = `${facts.call} of${of} stream "${facts.stream}" failed with ${fault.name}: ${words} ${better ?? what}`;
  return new KinesisCallError(code, message, {
    ...facts,
    serviceError: fault.name,
    retryable: !isLastingFault(fault),
    cause: fault.cause,
  });
}
