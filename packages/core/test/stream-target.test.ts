import { expect, test } from 'vitest';
import { streamTarget } from '../src/stream-target.js';

const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';

test.each([
  ['tweets', { StreamName: 'tweets' }],
  ['arn-tweets', { StreamName: 'arn-tweets' }],
  [arn, { StreamARN: arn }],
])('the stream %s is named as it was given', (stream, target) => {
  expect(streamTarget(stream)).toEqual(target);
});

test('the id of a stream stands beside its name', () => {
  const StreamId = 'abcdefghijklmnopqrst-uvw';
  expect(streamTarget('tweets', StreamId)).toEqual({ StreamName: 'tweets', StreamId });
  expect(streamTarget(arn, StreamId)).toEqual({ StreamARN: arn, StreamId });
});
