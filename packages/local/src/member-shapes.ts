import { type InputShape, structure } from './input-shape.js';

/** Shapes of members that many operations have. */
export const streamName: InputShape = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9_.-]+$/ };
export const streamArn: InputShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern: /^arn:aws.*:kinesis:.*:\d{12}:stream\/\S+$/,
};
export const consumerName: InputShape = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9_.-]+$/ };
export const consumerArn: InputShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern: /^arn:aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+$/,
};
export const shardId: InputShape = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9_.-]+$/ };
export const shardCount: InputShape = { type: 'integer', min: 1 };
export const hashKey: InputShape = { type: 'string', pattern: /^(?:0|[1-9]\d{0,38})$/ };
export const sequenceNumber: InputShape = { type: 'string', pattern: /^(?:0|[1-9]\d{0,128})$/ };
export const nextToken: InputShape = { type: 'string', min: 1, max: 1_048_576 };
export const maxRecordSizeInKiB: InputShape = { type: 'integer', min: 1024, max: 10_240 };
export const warmThroughputMiBps: InputShape = { type: 'integer', min: 0 };
export const streamModeDetails = structure(
  { StreamMode: { type: 'choice', choices: ['PROVISIONED', 'ON_DEMAND'] } },
  ['StreamMode'],
);
export const recordDistributionStrategy: InputShape = {
  type: 'choice',
  choices: ['AUTO', 'USER_PARTITION_KEY'],
};
/** In all calls, and without a meaning in any: the service has it reserved. */
export const streamId: InputShape = {
  type: 'string',
  min: 1,
  max: 24,
  pattern: /^[a-z0-9]{20}-[a-z0-9]{3}$/,
};
export const streamReference = Object.freeze({
  StreamName: streamName,
  StreamARN: streamArn,
  StreamId: streamId,
});
/** A stream's ARN or a registered consumer's. */
export const resourceArn: InputShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern: /^arn:aws.*:kinesis:.*:\d{12}:.*stream\/\S+$/,
};
/** More tags than a resource may have: how many there may be is judged with those that it has. */
export const tagMap: InputShape = {
  type: 'map',
  maxKeyLength: 128,
  of: { type: 'string', max: 256 },
  min: 1,
  max: 200,
};
export const tagKey: InputShape = { type: 'string', min: 1, max: 128 };
export const tagKeys: InputShape = { type: 'list', of: tagKey, min: 1, max: 50 };
