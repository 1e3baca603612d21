import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type AwsUserRecord, awsKinesisAgg } from '../workload/aws-kinesis-agg.js';
import { type BatchDeaggregator, deaggregationCase } from '../workload/deaggregation-case.js';

function userRecords(aggregate: Uint8Array): readonly AwsUserRecord[] {
  let records: readonly AwsUserRecord[] = [];
  awsKinesisAgg.deaggregateSync({ data: aggregate }, true, (error, found) => {
    if (error) throw error;
    records = found ?? [];
  });
  return records;
}

/** The library takes and hands out base64; bytes are taken as in by far the most programs, by Buffer.from. */
const reader: BatchDeaggregator = {
  read(aggregates, taking, seen) {
    for (const aggregate of aggregates) {
      for (const record of userRecords(aggregate)) {
        seen.records += 1;
        if (taking === 'nothing') continue;
        seen.bytes += record.partitionKey.length + Buffer.from(record.data, 'base64').length;
      }
    }
  },
  *all(aggregate) {
    for (const { partitionKey, data } of userRecords(aggregate)) {
      yield { partitionKey, data: Buffer.from(data, 'base64') };
    }
  },
};

export function prepare(parameters: CaseParameters): PreparedCase {
  return deaggregationCase(parameters, reader);
}
