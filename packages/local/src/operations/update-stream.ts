import type {
  DecreaseStreamRetentionPeriodInput,
  IncreaseStreamRetentionPeriodInput,
  UpdateMaxRecordSizeInput,
  UpdateStreamRecordDistributionStrategyInput,
} from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import {
  maxRecordSizeInKiB,
  recordDistributionStrategy,
  streamArn,
  streamId,
  streamReference,
} from '../member-shapes.js';
import { operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';
import type { Stream } from '../stream.js';
import { requireActive } from '../stream-guards.js';

/** Shortest and longest retention period, in hours. */
const retentionHours = { min: 24, max: 8_760 } as const;

const retentionShape = structure({ ...streamReference, RetentionPeriodHours: { type: 'integer' } }, [
  'RetentionPeriodHours',
]);

/** IncreaseStreamRetentionPeriod: what was trimmed before stays lost. */
export const increaseStreamRetentionPeriod = operation<IncreaseStreamRetentionPeriodInput>(
  retentionShape,
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    const hours = checkedRetention(input.RetentionPeriodHours);
    if (hours < stream.retentionHours) throw wrongDirection(stream, hours, 'shorter');
    stream.trim(now);
    stream.retentionHours = hours;
    return {};
  },
);

/** DecreaseStreamRetentionPeriod: what is older is trimmed at once. */
export const decreaseStreamRetentionPeriod = operation<DecreaseStreamRetentionPeriodInput>(
  retentionShape,
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    const hours = checkedRetention(input.RetentionPeriodHours);
    if (hours > stream.retentionHours) throw wrongDirection(stream, hours, 'longer');
    stream.retentionHours = hours;
    stream.trim(now);
    return {};
  },
);

/** UpdateMaxRecordSize: how large a record the stream accepts, from now on. */
export const updateMaxRecordSize = operation<UpdateMaxRecordSizeInput>(
  structure({ StreamARN: streamArn, StreamId: streamId, MaxRecordSizeInKiB: maxRecordSizeInKiB }, [
    'MaxRecordSizeInKiB',
  ]),
  ({ account, now }, input) => {
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    requireActive(account, stream);
    stream.maxRecordKiB = input.MaxRecordSizeInKiB ?? stream.maxRecordKiB;
    return {};
  },
);

/** UpdateStreamRecordDistributionStrategy: at once, for new records, on streams with on-demand capacity. */
export const updateStreamRecordDistributionStrategy = operation<UpdateStreamRecordDistributionStrategyInput>(
  structure(
    {
      StreamARN: streamArn,
      StreamId: streamId,
      RecordDistributionStrategy: recordDistributionStrategy,
    },
    ['StreamARN', 'RecordDistributionStrategy'],
  ),
  ({ account, now }, input) => {
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    requireActive(account, stream);
    const distribution = input.RecordDistributionStrategy ?? stream.distribution;
    if (stream.mode !== 'ON_DEMAND') {
      throw invalid(
        `Stream ${stream.name} uses the provisioned capacity mode; the record distribution strategy is only supported ` +
          'for streams that use the on-demand capacity mode.',
      );
    }
    stream.distribution = distribution;
    return {};
  },
);

function checkedRetention(hours = 0): number {
  const { min, max } = retentionHours;
  if (hours < min) {
    throw invalid(
      `Minimum allowed retention period is ${min} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > max) {
    throw invalid(
      `Maximum allowed retention period is ${max} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
  return hours;
}

function wrongDirection(
  { name, retentionHours: present }: Stream,
  asked: number,
  direction: 'shorter' | 'longer',
): KinesisServiceError {
  const other = direction === 'shorter' ? 'Decrease' : 'Increase';
  return invalid(
    `Requested retention period (${asked} hours) for stream ${name} can not be ${direction} than existing retention ` +
      `period (${present} hours). Use ${other}RetentionPeriod API.`,
  );
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
