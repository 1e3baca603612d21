import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { aggregateBatch } from './aggregate-batch.js';
import { RecordDigest } from './record-digest.js';

/** How much of each user record a reader takes: nothing beyond the record itself, or its data and its key. */
export type Taking = 'nothing' | 'data-and-key';

/** What a reader saw. Its sums keep the work from being optimised away, and are checked. */
export interface Seen {
  records: number;
  /** Data and key bytes of the records taken; stays 0 when nothing is taken. */
  bytes: number;
}

/** One way to read aggregates, digest checked. */
export interface BatchDeaggregator {
  read(aggregates: readonly Uint8Array[], taking: Taking, seen: Seen): void;
  /** All user records, for the proof. */
  all(aggregate: Uint8Array): Iterable<{ readonly partitionKey: string; readonly data: Uint8Array }>;
}

/** The case around a reader: a batch of aggregates, read again in every lap. */
export function deaggregationCase(parameters: CaseParameters, reader: BatchDeaggregator): PreparedCase {
  const taking = stringParameter(parameters, 'taking') as Taking;
  const { aggregates, contents } = aggregateBatch(parameters);
  const lapBytes =
    taking === 'nothing' ? 0 : contents.bytes + contents.count * numberParameter(parameters, 'keyCharacters');
  return {
    prove() {
      proveReader(reader, aggregates, contents);
    },
    lap() {
      const seen: Seen = { records: 0, bytes: 0 };
      reader.read(aggregates, taking, seen);
      if (seen.records !== contents.count || seen.bytes !== lapBytes) {
        throw new Error(
          `read ${seen.records} records and ${seen.bytes} bytes of ${contents.count} and ${lapBytes}`,
        );
      }
      return seen.records;
    },
  };
}

/** Throws unless the reader finds every record as it was, and shows that it checks digests. */
export function proveReader(
  reader: BatchDeaggregator,
  aggregates: readonly Uint8Array[],
  expected: RecordDigest,
): void {
  const found = new RecordDigest();
  for (const aggregate of aggregates) {
    for (const { partitionKey, data } of reader.all(aggregate)) found.add(partitionKey, data);
  }
  if (String(found) !== String(expected)) throw new Error(`read ${found}; there are ${expected}`);
  const spoilt = Uint8Array.from(aggregates[0] ?? []);
  // A bit of the last record's data.
  spoilt[spoilt.length - 20] = (spoilt[spoilt.length - 20] ?? 0) ^ 1;
  const seen: Seen = { records: 0, bytes: 0 };
  try {
    reader.read([spoilt], 'nothing', seen);
  } catch {
    return;
  }
  if (seen.records > 1) throw new Error('an aggregate with a wrong digest was read as if it were right');
}
