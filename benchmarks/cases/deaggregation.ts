import { deaggregate } from '@shardline/aggregation';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type BatchDeaggregator, deaggregationCase } from '../workload/deaggregation-case.js';

/** `deaggregate` over the records of one GetRecords answer, without a range. */
const reader: BatchDeaggregator = {
  read(aggregates, taking, seen) {
    const records = aggregates.map((Data) => ({ Data, PartitionKey: 'key', SequenceNumber: '1' }));
    if (taking === 'nothing') {
      for (const _ of deaggregate(records)) seen.records += 1;
      return;
    }
    for (const { partitionKey, data } of deaggregate(records)) {
      seen.records += 1;
      seen.bytes += (partitionKey as string).length + data.length;
    }
  },
  *all(aggregate) {
    for (const { partitionKey, data } of deaggregate(aggregate)) {
      if (partitionKey === undefined) throw new Error('a member of an aggregate has no partition key');
      yield { partitionKey, data };
    }
  },
};

export function prepare(parameters: CaseParameters): PreparedCase {
  return deaggregationCase(parameters, reader);
}
