import { hashKeyOf } from '@shardline/aggregation';
import type { Entry } from '../../src/entry.js';
import type { Epoch } from '../../src/epochs.js';
import { type AcceptedRecord, OpenAggregate, singleEntry } from '../../src/open-aggregate.js';
import type { RecordMemory } from '../../src/record-memory.js';
import type { Sink } from '../../src/sink.js';
import { recordBytes, type UserRecord } from '../../src/user-record.js';
import { freeMemory } from './lanes.js';

/** What a test may leave out of an accepted record. */
export interface AcceptedFacts extends Partial<UserRecord> {
  readonly sink?: Sink;
  readonly tag?: number;
  readonly putAtMs?: number;
}

/** A record as the gate hands it on: its tag is its identity in most tests. */
export function accepted(facts: AcceptedFacts = {}): AcceptedRecord {
  const { partitionKey = 'key', explicitHashKey, data = 'data', sink, tag = 0, putAtMs = 0 } = facts;
  const record: UserRecord =
    explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
  return { record, bytes: recordBytes(record), sink, tag, putAtMs };
}

/** The hash key of an accepted record. */
export function hashOfAccepted({ record }: AcceptedRecord) {
  return hashKeyOf(record.partitionKey, record.explicitHashKey);
}

/** The entry of a record that is sent as it is. */
export function single(facts: AcceptedFacts = {}, epoch: Epoch = { outstanding: 0 }): Entry {
  return singleEntry(accepted(facts), epoch, freeMemory());
}

/** The sealed entry of an aggregate. */
export function aggregate(
  facts: readonly AcceptedFacts[],
  epoch: Epoch = { outstanding: 0 },
  memory: RecordMemory = freeMemory(),
): Entry {
  const open = new OpenAggregate(epoch, memory);
  for (const one of facts) {
    const record = accepted(one);
    if (!open.tryAdd(record, hashOfAccepted(record), Number.POSITIVE_INFINITY))
      throw new Error('It has no bound.');
  }
  return open.seal();
}

/** The tags of everything in `entries`, in order. */
export function tagsOf(entries: readonly Entry[]): readonly number[] {
  return entries.flatMap(({ members }) =>
    Array.from({ length: members.count }, (_, position) => members.tags[position] ?? 0),
  );
}

/** Reads data back as text. */
export function textOf(data: string | Uint8Array): string {
  return Buffer.from(data).toString();
}
