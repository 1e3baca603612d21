import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { decodeAggregate } from '../workload/kpl-format.js';
import { type PageReader, sdkCase } from '../workload/sdk-pages.js';

/** GetRecords of the SDK, aggregates decoded by protobufjs, the digest by node:crypto. */
const readPage: PageReader = (stored, onRecord) => {
  for (const {
    Data: data = new Uint8Array(),
    PartitionKey = '',
    SequenceNumber: sequenceNumber = '',
  } of stored) {
    const message = decodeAggregate(data);
    if (message === undefined) {
      onRecord({ partitionKey: PartitionKey, data, sequenceNumber, subSequenceNumber: 0 });
      continue;
    }
    const { partitionKeyTable, records } = message;
    for (let subSequenceNumber = 0; subSequenceNumber < records.length; subSequenceNumber++) {
      const { partitionKeyIndex, data: own } = records[subSequenceNumber] as (typeof records)[number];
      const partitionKey = partitionKeyTable[partitionKeyIndex] as string;
      onRecord({ partitionKey, data: own, sequenceNumber, subSequenceNumber });
    }
  }
};

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return sdkCase(parameters, readPage);
}
