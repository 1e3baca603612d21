import { type CaseParameters, numberParameter } from '../benchmark.js';
import { freshKeys } from './fresh-keys.js';
import { encodeAggregate } from './kpl-format.js';
import { payloadOf, payloads } from './payloads.js';
import { RecordDigest } from './record-digest.js';

/** Bytes of tags, lengths and index of a record and its table entry, at most. */
const OVERHEAD_BYTES = 16;

export interface AggregateBatch {
  readonly aggregates: readonly Uint8Array[];
  /** What the aggregates hold. */
  readonly contents: RecordDigest;
}

/** Aggregates of unique keys, made by the referee. */
export function aggregateBatch(parameters: CaseParameters): AggregateBatch {
  const keyCharacters = numberParameter(parameters, 'keyCharacters');
  const batchBytes = numberParameter(parameters, 'batchBytes');
  const recordBytes = numberParameter(parameters, 'recordBytes');
  const maxBytes = numberParameter(parameters, 'maxBytes');
  const perAggregate = Math.floor(maxBytes / (keyCharacters + recordBytes + OVERHEAD_BYTES));
  const data = payloads(recordBytes);
  const contents = new RecordDigest();
  const aggregates: Uint8Array[] = [];
  for (let bytes = 0; bytes < batchBytes; ) {
    const keys = freshKeys(perAggregate, keyCharacters);
    const records = keys.map((key, index) => {
      const payload = payloadOf(data, index);
      contents.add(key, payload);
      return { partitionKeyIndex: index, data: payload };
    });
    const aggregate = encodeAggregate({ partitionKeyTable: keys, records });
    aggregates.push(aggregate);
    bytes += aggregate.length;
  }
  return { aggregates, contents };
}
