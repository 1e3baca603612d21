import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type BatchDeaggregator, deaggregationCase } from '../workload/deaggregation-case.js';
import { decodeAggregate } from '../workload/kpl-format.js';

function message(aggregate: Uint8Array) {
  const decoded = decodeAggregate(aggregate);
  if (decoded === undefined) throw new Error('not an aggregate');
  return decoded;
}

/** protobufjs decodes the whole aggregate at once, so a reader that takes nothing pays for everything. */
const reader: BatchDeaggregator = {
  read(aggregates, taking, seen) {
    for (const aggregate of aggregates) {
      const { partitionKeyTable, records } = message(aggregate);
      for (const record of records) {
        seen.records += 1;
        if (taking === 'nothing') continue;
        seen.bytes += (partitionKeyTable[record.partitionKeyIndex] as string).length + record.data.length;
      }
    }
  },
  *all(aggregate) {
    const { partitionKeyTable, records } = message(aggregate);
    for (const { partitionKeyIndex, data } of records) {
      yield { partitionKey: partitionKeyTable[partitionKeyIndex] as string, data };
    }
  },
};

export function prepare(parameters: CaseParameters): PreparedCase {
  return deaggregationCase(parameters, reader);
}
