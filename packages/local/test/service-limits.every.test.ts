import type { StreamMode } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { KinesisServiceError, type LocalKinesisOptions } from '../src/index.js';
import { resolveLimits } from '../src/limit-options.js';
import { defaultServiceLimits, operationNames, type ServiceLimits } from '../src/service-limits.js';
import { arn, id, type Service, service, stream } from './support/service.js';
import { makeConsumer, subscribe } from './support/subscriber.js';

/*
 * Every limit, set to something small and lifted, all others lifted. Catches a limit that is not kept, one that another
 * number is kept in place of, and a new one without a row here. How each is kept is shown where it is kept.
 */

const none = Number.POSITIVE_INFINITY;
const tries = 6;

interface Row<Value = unknown> {
  readonly set: Value;
  /** Infinity unless told. */
  readonly lifted?: Value;
  /** How many of six tries pass where it is set; all do where it is lifted. */
  readonly passes: number;
  readonly options?: Partial<LocalKinesisOptions>;
  /** Others that are not lifted meanwhile. */
  readonly others?: Partial<ServiceLimits>;
  /** Prepares, and returns one try: it is refused, fails with this limit's error, or passes. */
  readonly begin: (service: Service) => Promise<(index: number) => Promise<unknown>>;
  /** The error's name, where a try is refused by an error. */
  readonly error?: string;
}

/** A try that does not pass, where the limit shows by something else than an error. */
const refused = 'refused';

const throttled = 'ProvisionedThroughputExceededException';
const exceeded = 'LimitExceededException';
const invalid = 'InvalidArgumentException';

const record = (bytes: number) => ({ Data: new Uint8Array(bytes - 1), PartitionKey: 'k' });
const creation = (index: number, more: object = {}) => ({
  StreamName: `n${index}`,
  ShardCount: 1,
  ...more,
});

async function onDemand({ call, clock }: Service): Promise<void> {
  const Status = 'ENABLED';
  await call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status } });
  await call('UpdateStreamMode', { StreamARN: arn, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  clock.pass(1);
}

async function registrations({ call }: Service) {
  return (index: number) => call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: `c${index}` });
}

/** One pull of a subscription, for a second. */
async function pulls(own: Service) {
  const subscriber = await subscribe(own, await makeConsumer(own, arn));
  return async () => {
    const pulled = await subscriber.pullWithin(1_000);
    return pulled === undefined || pulled === 'end' ? refused : pulled;
  };
}

type Rows = { readonly [Name in keyof ServiceLimits]: Row<ServiceLimits[Name]> };

const rows: Rows = {
  writeModel: {
    set: 'token-bucket',
    lifted: 'single-tank',
    passes: 1,
    others: { shardWriteBytesPerSecond: 1_048_576, largeRecordBurstBytes: 10_485_760 },
    begin: async ({ call }) => {
      return () => call('PutRecord', { StreamName: stream, ...record(1_048_576) });
    },
    error: throttled,
  },
  shardWriteBytesPerSecond: {
    set: 3_000,
    passes: 3,
    begin:
      async ({ call }) =>
      () =>
        call('PutRecord', { StreamName: stream, ...record(1_000) }),
    error: throttled,
  },
  shardWriteRecordsPerSecond: {
    set: 3,
    passes: 3,
    begin:
      async ({ call }) =>
      () =>
        call('PutRecord', { StreamName: stream, ...record(1) }),
    error: throttled,
  },
  largeRecordBurstBytes: {
    set: 6_000_000,
    passes: 3,
    others: { shardWriteBytesPerSecond: 1_048_576 },
    options: { streams: [{ name: stream, maxRecordKiB: 10_240 }] },
    begin:
      async ({ call }) =>
      () =>
        call('PutRecord', { StreamName: stream, ...record(2_000_000) }),
    error: throttled,
  },
  shardReadBytesPerSecond: {
    set: 1_000,
    passes: 2,
    begin: async ({ call, clock, iterator }) => {
      await call('PutRecord', { StreamName: stream, ...record(300) });
      const ShardIterator = await iterator(id(0));
      return async () => {
        clock.pass(100);
        return call('GetRecords', { ShardIterator });
      };
    },
    error: throttled,
  },
  shardReadCallsPerSecond: {
    set: 3,
    passes: 3,
    begin: async ({ call, iterator }) => {
      const ShardIterator = await iterator(id(0));
      return () => call('GetRecords', { ShardIterator });
    },
    error: throttled,
  },
  shardIteratorCallsPerSecond: {
    set: 3,
    passes: 3,
    begin: async ({ iterator }) => {
      return () => iterator(id(0));
    },
    error: throttled,
  },
  shardIteratorLifeMs: {
    set: 3_000,
    passes: 3,
    begin: async ({ call, clock, iterator }) => {
      const ShardIterator = await iterator(id(0));
      return async () => {
        clock.pass(1_000);
        return call('GetRecords', { ShardIterator });
      };
    },
    error: 'ExpiredIteratorException',
  },
  consumerReadBytesPerSecond: {
    // The first event holds the second one back for two seconds; that has two records, for which the third waits four.
    set: 500,
    passes: 2,
    begin: async (own) => {
      const pull = await pulls(own);
      return async () => {
        await own.call('PutRecord', { StreamName: stream, ...record(1_000) });
        return pull();
      };
    },
  },
  subscribeCallsPerSecond: {
    set: 3,
    passes: 3,
    begin: async (own) => {
      const consumer = await makeConsumer(own, arn);
      return () => {
        own.clock.pass(2);
        return subscribe(own, consumer);
      };
    },
    error: exceeded,
  },
  subscriptionLifeMs: { set: 2_500, passes: 2, options: { idleEventMs: 1_000 }, begin: pulls },
  subscriptionGuardMs: {
    set: 3_000,
    lifted: 1,
    passes: 2,
    begin: async (own) => {
      const consumer = await makeConsumer(own, arn);
      await subscribe(own, consumer);
      return () => {
        own.clock.pass(1_000);
        return subscribe(own, consumer);
      };
    },
    error: 'ResourceInUseException',
  },
  maxConsumers: { set: 3, passes: 3, begin: registrations, error: exceeded },
  maxConsumersOnDemandAdvantage: {
    set: 3,
    passes: 3,
    begin: async (own) => {
      await onDemand(own);
      return registrations(own);
    },
    error: exceeded,
  },
  maxCreatingConsumers: {
    set: 3,
    passes: 3,
    options: { transitionMs: 1_000 },
    begin: registrations,
    error: exceeded,
  },
  listShardsCallsPerSecond: {
    set: 3,
    passes: 3,
    begin: async ({ shards }) => {
      return () => shards();
    },
    error: exceeded,
  },
  accountCallsPerSecond: {
    set: { ListStreams: 3 },
    lifted: { ListStreams: none },
    passes: 3,
    begin: async ({ call }) => {
      return () => call('ListStreams', {});
    },
    error: exceeded,
  },
  streamCallsPerSecond: {
    set: { ListStreamConsumers: 3 },
    lifted: { ListStreamConsumers: none },
    passes: 3,
    begin: async ({ call }) => {
      return () => call('ListStreamConsumers', { StreamARN: arn });
    },
    error: exceeded,
  },
  putRecordsMaxRecords: {
    set: 3,
    passes: 3,
    begin: async ({ call }) => {
      return (index) => {
        const Records = Array.from({ length: index + 1 }, () => record(1));
        return call('PutRecords', { StreamName: stream, Records });
      };
    },
    error: 'ValidationException',
  },
  putRecordsMaxBytes: {
    set: 3_000,
    passes: 3,
    begin: async ({ call }) => {
      return (index) => {
        const Records = [record(1), record(1_000 * (index + 1) - 1)];
        return call('PutRecords', { StreamName: stream, Records });
      };
    },
    error: invalid,
  },
  maxOpenShards: {
    set: 4,
    passes: 3,
    begin: async ({ call }) => {
      return (index) => call('CreateStream', creation(index));
    },
    error: exceeded,
  },
  maxOnDemandStreams: {
    set: 3,
    passes: 3,
    begin: async ({ call }) => {
      const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const;
      return (index) => call('CreateStream', creation(index, { StreamModeDetails, ShardCount: undefined }));
    },
    error: exceeded,
  },
  maxCreatingStreams: {
    set: 3,
    passes: 3,
    options: { transitionMs: 1_000 },
    begin: async ({ call }) => {
      return (index) => call('CreateStream', creation(index));
    },
    error: exceeded,
  },
  updateShardCountPerDay: {
    set: 3,
    passes: 3,
    begin: async ({ call }) => {
      const ScalingType = 'UNIFORM_SCALING';
      return (index) =>
        call('UpdateShardCount', { StreamName: stream, TargetShardCount: 2 - (index % 2), ScalingType });
    },
    error: exceeded,
  },
  updateShardCountMaxShards: {
    set: 3,
    passes: 2,
    begin: async ({ call }) => {
      const ScalingType = 'UNIFORM_SCALING';
      return (index) =>
        call('UpdateShardCount', { StreamName: stream, TargetShardCount: index + 2, ScalingType });
    },
    error: exceeded,
  },
  updateStreamModePerDay: {
    set: 3,
    passes: 3,
    begin: async ({ call, clock }) => {
      let [StreamMode, other]: StreamMode[] = ['ON_DEMAND', 'PROVISIONED'];
      return async () => {
        clock.pass(1);
        await call('UpdateStreamMode', { StreamARN: arn, StreamModeDetails: { StreamMode } });
        [StreamMode, other] = [other, StreamMode];
      };
    },
    error: exceeded,
  },
  streamEncryptionPerDay: {
    set: 3,
    passes: 3,
    begin: async ({ call, clock }) => {
      const key = { StreamName: stream, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
      return () => {
        clock.pass(1);
        return call('StartStreamEncryption', key);
      };
    },
    error: exceeded,
  },
  maxWarmThroughputMiBps: {
    set: 3,
    passes: 3,
    begin: async (own) => {
      await onDemand(own);
      return (index) => {
        own.clock.pass(1);
        return own.call('UpdateStreamWarmThroughput', { StreamName: stream, WarmThroughputMiBps: index + 1 });
      };
    },
    error: exceeded,
  },
  maxTags: {
    set: 3,
    passes: 3,
    begin: async ({ call }) => {
      return (index) => call('AddTagsToStream', { StreamName: stream, Tags: { [`t${index}`]: 'x' } });
    },
    error: invalid,
  },
};

const names = Object.keys(defaultServiceLimits) as (keyof ServiceLimits)[];

/** All limits lifted but for one, and those that its row keeps. */
function allBut(name: keyof ServiceLimits, value: unknown): Partial<ServiceLimits> {
  const numbers = names.filter((other) => typeof defaultServiceLimits[other] === 'number');
  const rates = Object.fromEntries(operationNames.map((operation) => [operation, none]));
  return {
    ...Object.fromEntries(numbers.map((other) => [other, none])),
    subscriptionGuardMs: 1,
    accountCallsPerSecond: rates,
    streamCallsPerSecond: rates,
    ...rows[name].others,
    [name]: value,
  };
}

/** How many of the tries pass; those that do not must fail as the row says. */
async function passed(row: Row, limits: Partial<ServiceLimits>): Promise<number> {
  const own = service({ transitionMs: 0, maxRetainedBytes: 1e9, ...row.options, limits });
  const attempt = await row.begin(own);
  let passes = 0;
  for (let index = 0; index < tries; index += 1) {
    const outcome = await attempt(index).catch((error: unknown) => error);
    if (outcome instanceof KinesisServiceError) expect(outcome.name).toBe(row.error);
    else if (outcome instanceof Error) throw outcome;
    else if (outcome !== refused) passes += 1;
  }
  return passes;
}

describe('every limit', () => {
  it.each(names)('%s can be set', async (name) => {
    expect(await passed(rows[name], allBut(name, rows[name].set))).toBe(rows[name].passes);
  });

  it.each(names)('%s can be lifted', async (name) => {
    expect(await passed(rows[name], allBut(name, rows[name].lifted ?? none))).toBe(tries);
  });

  it.each(names)('%s is refused where it is none', (name) => {
    for (const value of [0, 0.5, -1, Number.NaN, '5', null]) {
      expect(() => resolveLimits('LocalKinesis', { [name]: value })).toThrow(name);
    }
  });
});
