import { describe, expect, it } from 'vitest';
import { structure } from '../src/input-shape.js';
import {
  hashKey,
  resourceArn,
  sequenceNumber,
  shardId,
  streamArn,
  streamId,
  streamName,
  tagKey,
} from '../src/member-shapes.js';
import { readInput } from '../src/read-input.js';

const shapes = { hashKey, resourceArn, sequenceNumber, shardId, streamArn, streamId, streamName, tagKey };

function accepts(name: keyof typeof shapes, value: string): boolean {
  try {
    readInput(structure({ Value: shapes[name] }), { Value: value }, 'native');
    return true;
  } catch {
    return false;
  }
}

describe('member shapes', () => {
  it.each<[keyof typeof shapes, string, boolean]>([
    ['streamName', 'a-Z_0.9', true],
    ['streamName', 'x'.repeat(128), true],
    ['streamName', 'x'.repeat(129), false],
    ['streamName', '', false],
    ['streamName', 'a/b', false],
    ['streamName', 'a\n', false],
    ['streamArn', 'arn:aws:kinesis:us-east-1:123456789012:stream/s', true],
    ['streamArn', 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s', true],
    ['streamArn', 'arn:aws:kinesis:us-east-1:12345678901:stream/s', false],
    ['streamArn', 'arn:aws:sqs:us-east-1:123456789012:stream/s', false],
    ['streamId', 'abcdefghij0123456789-a1z', true],
    ['streamId', 'abcdefghij0123456789-A1Z', false],
    ['streamId', 'abcdefghij0123456789', false],
    ['resourceArn', 'arn:aws:kinesis:us-east-1:123456789012:stream/s', true],
    ['resourceArn', 'arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1', true],
    ['resourceArn', 'arn:aws:kinesis:us-east-1:123456789012:topic/s', false],
    ['tagKey', 'x'.repeat(128), true],
    ['tagKey', 'x'.repeat(129), false],
    ['tagKey', '', false],
    ['shardId', 'shardId-000000000000', true],
    ['shardId', 'shard 1', false],
    ['hashKey', '0', true],
    ['hashKey', '340282366920938463463374607431768211455', true],
    ['hashKey', '00', false],
    ['hashKey', '-1', false],
    ['hashKey', '1'.repeat(40), false],
    ['sequenceNumber', '0', true],
    ['sequenceNumber', `49${'0'.repeat(54)}`, true],
    ['sequenceNumber', '1'.repeat(130), false],
    ['sequenceNumber', 'LATEST', false],
  ])('%s %j: %s', (name, value, expected) => {
    expect(accepts(name, value)).toBe(expected);
  });
});
