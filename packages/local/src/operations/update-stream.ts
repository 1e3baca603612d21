import type {
  DecreaseStreamRetentionPeriodInput,
  IncreaseStreamRetentionPeriodInput,
  UpdateMaxRecordSizeInput,
  UpdateStreamRecordDistributionStrategyInput,
} from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { maxRecordSizeInKiB, streamArn, streamReference } from '../member-shapes.js';
import { operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';
import { requireActive } from '../stream-guards.js';

/** Shortest and longest retention period, in hours. */
const retentionHours = { min: 24, max: 8_760 } as const;

const retentionShape = structure({ ...streamReference, RetentionPeriodHours: { type: 'integer', min: 1 } }, [
  'RetentionPeriodHours',
]);

/** IncreaseStreamRetentionPeriod: what was trimmed before stays lost. */
export const increaseStreamRetentionPeriod = operation<IncreaseStreamRetentionPeriodInput>(
  retentionShape,
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    const hours = checkedRetention(input.RetentionPeriodHours);
    if (hours < stream.retentionHours)
      throw wrongDirection(stream.name, stream.retentionHours, hours, 'longer');
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
    if (hours > stream.retentionHours)
      throw wrongDirection(stream.name, stream.retentionHours, hours, 'shorter');
    stream.retentionHours = hours;
    stream.trim(now);
    return {};
  },
);

/** UpdateMaxRecordSize: how large a record the stream accepts, from now on. */
export const updateMaxRecordSize = operation<UpdateMaxRecordSizeInput>(
  structure({ StreamARN: streamArn, MaxRecordSizeInKiB: maxRecordSizeInKiB }, ['MaxRecordSizeInKiB']),
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
      RecordDistributionStrategy: { type: 'choice', choices: ['AUTO', 'USER_PARTITION_KEY'] },
    },
    ['StreamARN', 'RecordDistributionStrategy'],
  ),
  ({ account, now }, input) => {
    const stream = account.stream({ StreamARN: input.StreamARN }, now);
    requireActive(account, stream);
    const distribution = input.RecordDistributionStrategy ?? stream.distribution;
    if (stream.mode !== 'ON_DEMAND') {
      throw new KinesisServiceError(
        'InvalidArgumentException',
        `Stream ${stream.name} uses the provisioned capacity mode; the record distribution strategy is only supported ` +
          'for streams that use the on-demand capacity mode.',
      );
    }
    stream.distribution = distribution;
    return {};
  },
);

function checkedRetention(hours: number | undefined): number {
  const { min, max } = retentionHours;
  if (hours !== undefined && hours >= min && hours <= max) return hours;
  throw new KinesisServiceError(
    'InvalidArgumentException',
    `Retention period of ${hours} hours is outside the range of ${min} to ${max} hours.`,
  );
}

function wrongDirection(
  name: string,
  present: number,
  asked: number,
  direction: string,
): KinesisServiceError {
  return new KinesisServiceError(
    'InvalidArgumentException',
    `Requested retention period (${asked} hours) for stream ${name} must be ${direction} than the existing retention ` +
      `period (${present} hours).`,
  );
}
