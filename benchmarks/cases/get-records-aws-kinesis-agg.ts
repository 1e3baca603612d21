import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { awsKinesisAgg } from '../workload/aws-kinesis-agg.js';
import { type PageReader, sdkCase } from '../workload/sdk-pages.js';

/**
 * GetRecords of the SDK, aggregates taken apart by aws-kinesis-agg, digest checked. Its records have their data in base64, as the
 * library hands it out: a counting handler does not decode it.
 */
const readPage: PageReader = (stored, onRecord) => {
  for (const { Data: data = new Uint8Array(), PartitionKey = '', SequenceNumber = '' } of stored) {
    // Spelt as in Lambda, which spares the library two conversions of names for each record.
    const record = { data, partitionKey: PartitionKey, sequenceNumber: SequenceNumber };
    awsKinesisAgg.deaggregateSync(record, true, (error, found = []) => {
      if (error) throw error;
      for (const { partitionKey, subSequenceNumber = 0, data: own } of found) {
        onRecord({ partitionKey, data: own, sequenceNumber: SequenceNumber, subSequenceNumber });
      }
    });
  }
};

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return sdkCase(parameters, readPage);
}
