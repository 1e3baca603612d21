import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { freshKeys, repeatedKeys } from './fresh-keys.js';
import { decodeAggregate } from './kpl-format.js';
import { payloadOf, payloads } from './payloads.js';
import { RecordDigest } from './record-digest.js';
import { uniformShardOf } from './uniform-shards.js';

/** What every aggregation case works with. */
export interface AggregationWork {
  readonly shards: number;
  /** Aggregates are sealed before they would exceed this. */
  readonly maxBytes: number;
  /** Takes every sealed aggregate, which is there until this returns. */
  readonly emit: (aggregate: Uint8Array) => void;
}

/**
 * One way to aggregate. `add` routes each key to its shard and adds payload `index`, taken in turn, under it;
 * aggregates that are not full stay open between calls, as they do in a producer under load.
 */
export interface BatchAggregator {
  add(keys: readonly string[], payloads: readonly Uint8Array[]): void;
  /** Seals and emits what is open. */
  flush(): void;
}

/** Records in the proof: enough to seal several aggregates by size and to leave all shards with open ones. */
const PROOF_RECORDS = 5_000;

/**
 * The case around an aggregator: fresh keys for each lap, or so many `distinctKeys` over and over, 64 shards or as many as asked for, the same payloads for
 * everyone. The proof reads the emitted aggregates with the referee and holds them against the input.
 */
export function aggregationCase(
  parameters: CaseParameters,
  make: (work: AggregationWork) => BatchAggregator,
): PreparedCase {
  const keyCharacters = numberParameter(parameters, 'keyCharacters');
  const lapRecords = numberParameter(parameters, 'lapRecords');
  const shards = numberParameter(parameters, 'shards');
  const maxBytes = numberParameter(parameters, 'maxBytes');
  const data = payloads(numberParameter(parameters, 'recordBytes'));
  const { distinctKeys } = parameters;
  const distinct = typeof distinctKeys === 'number' ? freshKeys(distinctKeys, keyCharacters) : undefined;
  let keys: string[] = [];
  let emittedBytes = 0;
  const aggregator = make({
    shards,
    maxBytes,
    emit: (aggregate) => {
      emittedBytes += aggregate.length;
    },
  });
  return {
    prove: () => proveAggregation(make, { shards, maxBytes }, freshKeys(PROOF_RECORDS, keyCharacters), data),
    stage() {
      keys =
        distinct === undefined ? freshKeys(lapRecords, keyCharacters) : repeatedKeys(lapRecords, distinct);
    },
    lap() {
      aggregator.add(keys, data);
      return keys.length;
    },
    verify() {
      aggregator.flush();
      if (emittedBytes === 0) throw new Error('no aggregate was emitted');
    },
  };
}

/** Throws unless the aggregates hold exactly the records given, each in its shard and none above the size. */
export function proveAggregation(
  make: (work: AggregationWork) => BatchAggregator,
  limits: { readonly shards: number; readonly maxBytes: number },
  keys: readonly string[],
  data: readonly Uint8Array[],
): void {
  const expected = new RecordDigest();
  keys.forEach((key, index) => {
    expected.add(key, payloadOf(data, index));
  });
  const found = new RecordDigest();
  const aggregator = make({
    ...limits,
    emit: (aggregate) => {
      if (aggregate.length > limits.maxBytes) throw new Error(`an aggregate has ${aggregate.length} bytes`);
      addMembers(found, aggregate, limits.shards);
    },
  });
  aggregator.add(keys, data);
  aggregator.flush();
  if (String(found) !== String(expected)) throw new Error(`aggregates hold ${found}; given ${expected}`);
}

function addMembers(found: RecordDigest, aggregate: Uint8Array, shards: number): void {
  const message = decodeAggregate(aggregate);
  if (message === undefined) throw new Error('an emitted aggregate cannot be read');
  const shard = uniformShardOf(shards, message.partitionKeyTable[0] ?? '');
  for (const record of message.records) {
    const key = message.partitionKeyTable[record.partitionKeyIndex];
    if (key === undefined) throw new Error(`no partition key ${record.partitionKeyIndex} in the table`);
    if (uniformShardOf(shards, key) !== shard) throw new Error('an aggregate spans two shards');
    found.add(key, record.data);
  }
}
