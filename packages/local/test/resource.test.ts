import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { addStream } from '../src/operations/create-stream.js';
import { changeableResource, resourceOf } from '../src/resource.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { StreamConsumer } from '../src/stream-consumer.js';

function withConsumer() {
  const account = new Account({
    accountId: '123456789012',
    region: 'eu-west-1',
    limits: defaultServiceLimits,
    maxRetainedBytes: 1_000,
    transitionMs: 0,
    emptyPageGapMs: 1,
    idleEventMs: 1,
    random: seededRandom(1),
  });
  const stream = addStream(account, { StreamName: 's', ShardCount: 1 }, 0, 100);
  const consumer = new StreamConsumer({ name: 'c', streamArn: stream.arn, createdAtMs: 0, activeAtMs: 200 });
  stream.consumers.add(consumer);
  return { account, stream, consumer };
}

describe('resourceOf', () => {
  it('finds streams and registered consumers by their whole ARN', () => {
    const { account, stream, consumer } = withConsumer();
    expect(resourceOf(account, stream.arn, 0)).toBe(stream);
    expect(resourceOf(account, consumer.arn, 0)).toBe(consumer);
    expect(() => resourceOf(account, stream.arn.replace('eu-', 'us-'), 0)).toThrow(
      'Stream arn:aws:kinesis:us-west-1:123456789012:stream/s under account 123456789012 not found.',
    );
    expect(() => resourceOf(account, `${consumer.arn}1`, 0)).toThrow('not found');
  });
});

describe('changeableResource', () => {
  it('wants the stream or consumer itself to be ACTIVE', () => {
    const { account, stream, consumer } = withConsumer();
    expect(() => changeableResource(account, stream.arn, 99)).toThrow(
      'not ACTIVE, instead in state CREATING',
    );
    expect(changeableResource(account, stream.arn, 100)).toBe(stream);
    expect(() => changeableResource(account, consumer.arn, 199)).toThrow('instead in state CREATING');
    expect(changeableResource(account, consumer.arn, 200)).toBe(consumer);
    consumer.deregister(400);
    expect(() => changeableResource(account, consumer.arn, 300)).toThrow('instead in state DELETING');
    expect(() => changeableResource(account, consumer.arn, 400)).toThrow('not found');
  });
});
