import { decodeAggregate } from '@shardline/aggregation';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type BatchDeaggregator, deaggregationCase } from '../workload/deaggregation-case.js';

const reader: BatchDeaggregator = {
  read(aggregates, taking, seen) {
    for (const aggregate of aggregates) {
      for (const record of decodeAggregate(aggregate) ?? []) {
        seen.records += 1;
        if (taking === 'nothing') continue;
        seen.bytes += record.partitionKey.length + record.data.length;
      }
    }
  },
  all: (aggregate) => decodeAggregate(aggregate) ?? [],
};

export function prepare(parameters: CaseParameters): PreparedCase {
  return deaggregationCase(parameters, reader);
}
