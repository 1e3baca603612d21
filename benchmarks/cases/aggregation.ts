import { AggregateEncoder, HashRangeIndex, hashKeyOf } from '@shardline/aggregation';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type AggregationWork, aggregationCase, type BatchAggregator } from '../workload/aggregation-case.js';
import { payloadOf } from '../workload/payloads.js';
import { uniformShards } from '../workload/uniform-shards.js';

/** The loop of a producer without its producer: hash, shard, add, and seal what is full. */
class ShardlineAggregators implements BatchAggregator {
  readonly #work: AggregationWork;
  readonly #index: HashRangeIndex;
  readonly #open: readonly AggregateEncoder[];
  readonly #hashKey = new Uint32Array(4);

  constructor(work: AggregationWork) {
    this.#work = work;
    this.#index = new HashRangeIndex(uniformShards(work.shards));
    this.#open = Array.from({ length: work.shards }, () => new AggregateEncoder());
  }

  add(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    const { maxBytes, emit } = this.#work;
    for (let index = 0; index < keys.length; index++) {
      const partitionKey = keys[index] as string;
      const data = payloadOf(payloads, index);
      const hashKey = hashKeyOf(partitionKey, undefined, this.#hashKey);
      const encoder = this.#open[this.#index.find(hashKey)] as AggregateEncoder;
      if (encoder.tryAdd(partitionKey, undefined, data, hashKey, maxBytes)) continue;
      emit(encoder.seal());
      if (!encoder.tryAdd(partitionKey, undefined, data, hashKey, maxBytes)) {
        throw new RangeError(`a record of ${data.length} bytes does not fit an aggregate of ${maxBytes}`);
      }
    }
  }

  flush(): void {
    for (const encoder of this.#open) {
      if (encoder.count > 0) this.#work.emit(encoder.seal());
    }
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return aggregationCase(parameters, (work) => new ShardlineAggregators(work));
}
