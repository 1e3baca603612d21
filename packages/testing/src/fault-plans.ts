import type { Fault, KinesisOperation, ShardChange } from '@shardline/local';
import fc from 'fast-check';

/** Options of {@link faultPlans}. */
export interface FaultPlansOptions {
  /** The stream that is to be resharded, if it may be. */
  readonly stream?: string;
  /**
   * Kinds of fault to draw from. Two of them break the order of keys on purpose: `shuffleRecords` and `storeLate`.
   * @defaultValue all that can strike one of the `operations`, `reshard` only with a `stream`
   */
  readonly kinds?: readonly Fault['kind'][];
  /**
   * The operations that are called. Faults on whole calls fall on these alone; SubscribeToShard among them brings the faults of
   * subscriptions, GetRecords those of reads.
   * @defaultValue PutRecords, ListShards, DescribeStreamSummary
   */
  readonly operations?: readonly KinesisOperation[];
  /**
   * Most faults in a plan.
   * @defaultValue 6
   */
  readonly maxFaults?: number;
}

const errorCodes = [
  'InternalFailure',
  'ServiceUnavailable',
  'LimitExceededException',
  'KMSThrottlingException',
] as const;

/**
 * Fault plans for a local Kinesis, each fault after a few calls and over after a few more: whatever retries gets through in the end.
 * No fault refuses for good.
 */
export function faultPlans(options: FaultPlansOptions = {}): fc.Arbitrary<readonly Fault[]> {
  const {
    stream,
    operations = ['PutRecords', 'ListShards', 'DescribeStreamSummary'],
    maxFaults = 6,
  } = options;
  const all = faultsByKind(operations, stream);
  const kinds =
    options.kinds ?? (Object.keys(all) as Fault['kind'][]).filter((kind) => strikes(kind, operations));
  const faults = kinds
    .filter((kind) => kind !== 'reshard' || stream !== undefined)
    .map((kind): fc.Arbitrary<Fault> => all[kind]);
  return fc.array(fc.oneof(...faults), { maxLength: maxFaults });
}

const writes: readonly KinesisOperation[] = ['PutRecord', 'PutRecords'];

/** The operations that a kind of fault can strike, where that is not any. */
const struckOperations: { readonly [Kind in Fault['kind']]?: readonly KinesisOperation[] } = {
  throttleShard: [...writes, 'GetRecords'],
  failRecord: writes,
  storeLate: writes,
  shuffleRecords: ['PutRecords'],
  staleListShards: ['ListShards'],
  expireIterator: ['GetRecords'],
  slowSubscription: ['SubscribeToShard'],
  stallSubscription: ['SubscribeToShard'],
  failSubscription: ['SubscribeToShard'],
  cutSubscription: ['SubscribeToShard'],
};

function strikes(kind: Fault['kind'], operations: readonly KinesisOperation[]): boolean {
  return (struckOperations[kind] ?? operations).some((operation) => operations.includes(operation));
}

type FaultsByKind = { readonly [Kind in Fault['kind']]: fc.Arbitrary<Extract<Fault, { kind: Kind }>> };

function faultsByKind(operations: readonly KinesisOperation[], stream: string | undefined): FaultsByKind {
  const operation = fc.constantFrom(...operations);
  const writing = writes.filter((name) => operations.includes(name));
  const access = accesses(writing.length > 0, operations.includes('GetRecords'));
  const limits = { skip: fc.nat({ max: 10 }), times: fc.integer({ min: 1, max: 10 }) };
  const when = fc.constantFrom('before', 'after');
  const waitMs = fc.integer({ min: 0, max: 15_000 });
  const kind = <Kind extends string>(name: Kind) => fc.constant(name);
  return {
    throttleShard: fc.record({ kind: kind('throttleShard'), ...limits, access: fc.constantFrom(...access) }),
    failRecord: fc.record({ kind: kind('failRecord'), ...limits }),
    failCall: fc.record({
      kind: kind('failCall'),
      ...limits,
      operation,
      errorCode: fc.constantFrom(...errorCodes),
      when,
    }),
    loseAnswer: fc.record({ kind: kind('loseAnswer'), ...limits, operation }),
    stall: fc.record({ kind: kind('stall'), ...limits, operation }),
    storeLate: fc.record({
      kind: kind('storeLate'),
      ...limits,
      operation: fc.constantFrom(...(writing.length > 0 ? writing : writes)),
      afterMs: waitMs,
    }),
    latency: fc.record({ kind: kind('latency'), ...limits, operation, delayMs: waitMs, jitterMs: waitMs }),
    reset: fc.record({ kind: kind('reset'), ...limits, operation, when }),
    reshard: fc.record({
      kind: kind('reshard'),
      skip: limits.skip,
      times: fc.constant(1),
      operation,
      stream: fc.constant(stream ?? ''),
      change: shardChanges(),
    }),
    shuffleRecords: fc.record({ kind: kind('shuffleRecords'), ...limits }),
    staleListShards: fc.record({ kind: kind('staleListShards'), ...limits, ageMs: waitMs }),
    expireIterator: fc.record({ kind: kind('expireIterator'), ...limits, lifeMs: waitMs }),
    ...subscriptionFaults(limits, waitMs),
  };
}

/** What is throttled; writes where nobody can tell. */
function accesses(written: boolean, read: boolean): readonly ('write' | 'read')[] {
  if (!read) return ['write'];
  return written ? ['write', 'read'] : ['read'];
}

function subscriptionFaults(
  limits: { readonly skip: fc.Arbitrary<number>; readonly times: fc.Arbitrary<number> },
  waitMs: fc.Arbitrary<number>,
): Pick<FaultsByKind, 'slowSubscription' | 'stallSubscription' | 'failSubscription' | 'cutSubscription'> {
  const afterEvents = fc.nat({ max: 10 });
  const kind = <Kind extends string>(name: Kind) => fc.constant(name);
  return {
    slowSubscription: fc.record({ kind: kind('slowSubscription'), ...limits, delayMs: waitMs }),
    stallSubscription: fc.record({ kind: kind('stallSubscription'), ...limits, afterEvents }),
    failSubscription: fc.record({
      kind: kind('failSubscription'),
      ...limits,
      afterEvents,
      errorCode: fc.constantFrom('InternalFailureException', 'KMSThrottlingException'),
    }),
    cutSubscription: fc.record({
      kind: kind('cutSubscription'),
      ...limits,
      afterEvents,
      how: fc.constantFrom('end', 'fin', 'reset', 'cancel', 'internal-error', 'goaway', 'corrupt'),
    }),
  };
}

function shardChanges(): fc.Arbitrary<ShardChange> {
  return fc.oneof(
    fc.constant<ShardChange>({ split: {} }),
    fc.constant<ShardChange>({ merge: {} }),
    fc.integer({ min: 1, max: 8 }).map((shardCount): ShardChange => ({ shardCount })),
  );
}
