import { type OptionRow, type OptionTable, oneOf, resolveOptions } from '@shardline/core/internal';
import { defaultServiceLimits, operationNames, type ServiceLimits } from './service-limits.js';

const limitWords = 'a number, 1 or more, or Infinity';

/** A row for a limit that is a number. */
function amount(name: keyof ServiceLimits, summary: string): OptionRow {
  return {
    summary,
    expected: limitWords,
    accepts: isLimit,
    defaultValue: defaultServiceLimits[name],
  };
}

/** Every limit of {@link ServiceLimits}. */
export const limitOptions: OptionTable<keyof ServiceLimits> = Object.freeze({
  writeModel: {
    summary: 'How a shard’s write limit is modelled.',
    ...oneOf('token-bucket', 'fixed-window', 'single-tank'),
    defaultValue: defaultServiceLimits.writeModel,
    reason: 'The service documents a limit per second, not how it is kept.',
  },
  shardWriteBytesPerSecond: amount(
    'shardWriteBytesPerSecond',
    'Data plus partition keys that a shard takes per second.',
  ),
  shardWriteRecordsPerSecond: amount('shardWriteRecordsPerSecond', 'Records that a shard takes per second.'),
  largeRecordBurstBytes: amount(
    'largeRecordBurstBytes',
    'Allowance for records above 1 MiB; it refills at the byte rate.',
  ),
  shardReadBytesPerSecond: amount(
    'shardReadBytesPerSecond',
    'What GetRecords takes out of a shard per second.',
  ),
  shardReadCallsPerSecond: amount('shardReadCallsPerSecond', 'GetRecords calls on a shard per second.'),
  shardIteratorCallsPerSecond: amount(
    'shardIteratorCallsPerSecond',
    'GetShardIterator calls on a shard per second.',
  ),
  shardIteratorLifeMs: amount('shardIteratorLifeMs', 'How long a shard iterator lives.'),
  consumerReadBytesPerSecond: amount(
    'consumerReadBytesPerSecond',
    'What SubscribeToShard pushes to a consumer from a shard per second.',
  ),
  subscribeCallsPerSecond: amount(
    'subscribeCallsPerSecond',
    'SubscribeToShard calls of a consumer on a shard per second.',
  ),
  subscriptionLifeMs: amount('subscriptionLifeMs', 'How long a subscription lives.'),
  subscriptionGuardMs: amount(
    'subscriptionGuardMs',
    'So long a subscription keeps another of its consumer on its shard out.',
  ),
  maxConsumers: amount('maxConsumers', 'Registered consumers of a stream.'),
  maxConsumersOnDemandAdvantage: amount(
    'maxConsumersOnDemandAdvantage',
    'Registered consumers of a stream with On-demand Advantage.',
  ),
  maxCreatingConsumers: amount('maxCreatingConsumers', 'Consumers of a stream in status CREATING at once.'),
  listShardsCallsPerSecond: amount('listShardsCallsPerSecond', 'ListShards calls on a stream per second.'),
  accountCallsPerSecond: {
    summary: 'Calls per second in the account, by operation.',
    expected: 'an object of numbers, 1 or more, or Infinity, by operation',
    accepts: (value) => typeof value === 'object' && value !== null,
    defaultValue: defaultServiceLimits.accountCallsPerSecond,
  },
  streamCallsPerSecond: {
    summary: 'Calls per second on one stream, by operation.',
    expected: 'an object of numbers, 1 or more, or Infinity, by operation',
    accepts: (value) => typeof value === 'object' && value !== null,
    defaultValue: defaultServiceLimits.streamCallsPerSecond,
  },
  putRecordsMaxRecords: amount('putRecordsMaxRecords', 'Records in one PutRecords call.'),
  putRecordsMaxBytes: amount('putRecordsMaxBytes', 'Data plus partition keys in one PutRecords call.'),
  maxOpenShards: amount('maxOpenShards', 'Open shards of the account’s provisioned streams.'),
  maxOnDemandStreams: amount('maxOnDemandStreams', 'Streams with on-demand capacity in the account.'),
  maxCreatingStreams: amount('maxCreatingStreams', 'Streams in status CREATING at once.'),
  updateShardCountPerDay: amount(
    'updateShardCountPerDay',
    'UpdateShardCount calls on a stream in any 24 hours.',
  ),
  updateShardCountMaxShards: amount(
    'updateShardCountMaxShards',
    'Open shards that UpdateShardCount brings a stream to at most.',
  ),
  updateStreamModePerDay: amount(
    'updateStreamModePerDay',
    'Switches of a stream’s capacity mode in any 24 hours.',
  ),
  streamEncryptionPerDay: amount(
    'streamEncryptionPerDay',
    'StartStreamEncryption calls on a stream in any 24 hours, and as many StopStreamEncryption calls.',
  ),
  maxWarmThroughputMiBps: amount(
    'maxWarmThroughputMiBps',
    'Warm throughput of an on-demand stream, in MiB/s.',
  ),
  maxTags: amount('maxTags', 'Tags of a stream or of a registered consumer.'),
});

/** What `'none'` lifts: throughput and rates. Quotas and the size of a call are no matter of load. */
const liftedRates = [
  'shardWriteBytesPerSecond',
  'shardWriteRecordsPerSecond',
  'largeRecordBurstBytes',
  'shardReadBytesPerSecond',
  'shardReadCallsPerSecond',
  'shardIteratorCallsPerSecond',
  'consumerReadBytesPerSecond',
  'subscribeCallsPerSecond',
  'listShardsCallsPerSecond',
  'updateShardCountPerDay',
  'updateStreamModePerDay',
  'streamEncryptionPerDay',
] as const satisfies readonly (keyof ServiceLimits)[];

function liftedLimits(): ServiceLimits {
  const lift = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY]));
  return {
    ...defaultServiceLimits,
    ...lift(liftedRates),
    accountCallsPerSecond: lift(operationNames),
    streamCallsPerSecond: lift(operationNames),
  };
}

/**
 * Limits as given: `'none'` lifts those of throughput and rates, else the ones named replace the service's.
 * @throws InvalidOptionError when one is unknown or out of range.
 */
export function resolveLimits(owner: string, given: Partial<ServiceLimits> | 'none'): ServiceLimits {
  if (given === 'none') return liftedLimits();
  const limits = resolveOptions(`${owner} limits`, limitOptions, given) as unknown as ServiceLimits;
  const rates = (name: 'accountCallsPerSecond' | 'streamCallsPerSecond') =>
    resolveRates(`${owner} limits.${name}`, defaultServiceLimits[name], limits[name]);
  return {
    ...limits,
    accountCallsPerSecond: rates('accountCallsPerSecond'),
    streamCallsPerSecond: rates('streamCallsPerSecond'),
  };
}

type Rates = ServiceLimits['accountCallsPerSecond'];

function resolveRates(owner: string, defaults: Rates, given: Rates): Rates {
  const rows = operationNames.map((name) => [name, { ...rateRow, defaultValue: defaults[name] }]);
  return resolveOptions(owner, Object.fromEntries(rows), given) as Rates;
}

const rateRow: OptionRow = Object.freeze({
  summary: 'Calls per second.',
  expected: limitWords,
  accepts: isLimit,
});

/** Below 1, a limit that counts records, calls or resources would let none through. */
function isLimit(value: unknown): boolean {
  return typeof value === 'number' && value >= 1;
}
