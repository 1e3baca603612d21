import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type AggregationWork, aggregationCase, type BatchAggregator } from '../workload/aggregation-case.js';
import { encodeAggregate } from '../workload/kpl-format.js';
import { payloadOf } from '../workload/payloads.js';
import { router } from '../workload/router.js';

/** Magic number and digest. */
const ENVELOPE_BYTES = 20;

interface OpenAggregate {
  readonly indexes: Map<string, number>;
  readonly records: { partitionKeyIndex: number; data: Uint8Array }[];
  sizeBytes: number;
}

const emptyAggregate = (): OpenAggregate => ({ indexes: new Map(), records: [], sizeBytes: ENVELOPE_BYTES });

const varintBytes = (value: number) => (value < 128 ? 1 : value < 16_384 ? 2 : 3);

/** Plain objects per record, encoded by protobufjs when the aggregate is full. Keys must be ASCII. */
class ProtobufjsAggregator implements BatchAggregator {
  readonly #work: AggregationWork;
  readonly #shardOf: (key: string) => number;
  readonly #open: OpenAggregate[];

  constructor(work: AggregationWork) {
    this.#work = work;
    this.#shardOf = router(work.shards);
    this.#open = Array.from({ length: work.shards }, emptyAggregate);
  }

  add(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      this.#addOne(this.#shardOf(key), key, payloadOf(payloads, index));
    }
  }

  #addOne(shard: number, key: string, data: Uint8Array): void {
    let open = this.#open[shard] as OpenAggregate;
    const inner = 2 + varintBytes(open.indexes.size) + varintBytes(data.length) + data.length;
    const growth = 1 + varintBytes(inner) + inner + 1 + varintBytes(key.length) + key.length;
    if (open.sizeBytes + growth > this.#work.maxBytes) open = this.#seal(shard);
    let partitionKeyIndex = open.indexes.get(key);
    if (partitionKeyIndex === undefined) {
      partitionKeyIndex = open.indexes.size;
      open.indexes.set(key, partitionKeyIndex);
    }
    open.records.push({ partitionKeyIndex, data });
    open.sizeBytes += growth;
  }

  #seal(shard: number): OpenAggregate {
    const { indexes, records } = this.#open[shard] as OpenAggregate;
    this.#work.emit(encodeAggregate({ partitionKeyTable: [...indexes.keys()], records }));
    const next = emptyAggregate();
    this.#open[shard] = next;
    return next;
  }

  flush(): void {
    this.#open.forEach((open, shard) => {
      if (open.records.length > 0) this.#seal(shard);
    });
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return aggregationCase(parameters, (work) => new ProtobufjsAggregator(work));
}
