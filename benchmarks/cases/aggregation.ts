import { AggregateEncoder, HashRangeIndex, hashKeyOf, writeAggregateDigests } from '@shardline/aggregation';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type AggregationWork, aggregationCase, type BatchAggregator } from '../workload/aggregation-case.js';
import { payloadOf } from '../workload/payloads.js';
import { uniformShards } from '../workload/uniform-shards.js';

/** About as much as a request holds. */
const BODY_BYTES = 1_048_576;

/**
 * The loop of a producer without its producer: hash, shard, add, and seal what is full into the body of a request, whose aggregates are
 * digested together. The body is used again, as a producer's is.
 */
class ShardlineAggregators implements BatchAggregator {
  readonly #work: AggregationWork;
  readonly #index: HashRangeIndex;
  readonly #open: readonly AggregateEncoder[];
  readonly #hashKey = new Uint32Array(4);
  readonly #body: Uint8Array;
  #bodyEnd = 0;
  #sealed: Uint8Array[] = [];

  constructor(work: AggregationWork) {
    this.#work = work;
    this.#index = new HashRangeIndex(uniformShards(work.shards));
    this.#open = Array.from({ length: work.shards }, () => new AggregateEncoder());
    this.#body = new Uint8Array(Math.max(BODY_BYTES, work.maxBytes));
  }

  add(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    const { maxBytes } = this.#work;
    for (let index = 0; index < keys.length; index++) {
      const partitionKey = keys[index] as string;
      const data = payloadOf(payloads, index);
      const hashKey = hashKeyOf(partitionKey, undefined, this.#hashKey);
      const encoder = this.#open[this.#index.find(hashKey)] as AggregateEncoder;
      if (encoder.tryAdd(partitionKey, undefined, data, hashKey, maxBytes)) continue;
      this.#seal(encoder);
      if (!encoder.tryAdd(partitionKey, undefined, data, hashKey, maxBytes)) {
        throw new RangeError(`a record of ${data.length} bytes does not fit an aggregate of ${maxBytes}`);
      }
    }
  }

  flush(): void {
    for (const encoder of this.#open) {
      if (encoder.count > 0) this.#seal(encoder);
    }
    this.#send();
  }

  #seal(encoder: AggregateEncoder): void {
    if (this.#bodyEnd + encoder.sizeBytes > this.#body.length) this.#send();
    const start = this.#bodyEnd;
    this.#bodyEnd = encoder.sealInto(this.#body, start);
    this.#sealed.push(this.#body.subarray(start, this.#bodyEnd));
  }

  #send(): void {
    writeAggregateDigests(this.#sealed);
    for (const aggregate of this.#sealed) this.#work.emit(aggregate);
    this.#sealed = [];
    this.#bodyEnd = 0;
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return aggregationCase(parameters, (work) => new ShardlineAggregators(work));
}
