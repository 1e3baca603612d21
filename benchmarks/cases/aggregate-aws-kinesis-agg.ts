import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type AggregationWork, aggregationCase, type BatchAggregator } from '../workload/aggregation-case.js';
import { type AwsRecordAggregator, awsKinesisAgg } from '../workload/aws-kinesis-agg.js';
import { payloadOf } from '../workload/payloads.js';
import { router } from '../workload/router.js';

/** More than tags, lengths, indexes and envelope of one more record: the library has no limit of its own below 1 MiB. */
const SLACK_BYTES = 64;

/** One aggregator per shard, since the library does not route. Built when the next record might not fit. */
class AwsAggregators implements BatchAggregator {
  readonly #work: AggregationWork;
  readonly #shardOf: (key: string) => number;
  readonly #open: readonly AwsRecordAggregator[];

  constructor(work: AggregationWork) {
    this.#work = work;
    this.#shardOf = router(work.shards);
    this.#open = Array.from({ length: work.shards }, () => new awsKinesisAgg.RecordAggregator());
  }

  add(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    for (let index = 0; index < keys.length; index++) {
      const partitionKey = keys[index] as string;
      const data = payloadOf(payloads, index);
      const open = this.#open[this.#shardOf(partitionKey)] as AwsRecordAggregator;
      const bound = open.totalBytes + partitionKey.length + data.length + SLACK_BYTES;
      if (bound > this.#work.maxBytes) this.#work.emit(open.build().data);
      open.addUserRecord({ partitionKey, data });
    }
  }

  flush(): void {
    for (const open of this.#open) {
      if (open.length() > 0) this.#work.emit(open.build().data);
    }
  }
}

export function prepare(parameters: CaseParameters): PreparedCase {
  return aggregationCase(parameters, (work) => new AwsAggregators(work));
}
