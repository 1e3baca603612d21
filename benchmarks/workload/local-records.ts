import { randomBytes, randomUUID } from 'node:crypto';

/** An entry of PutRecords in JSON 1.1. */
export interface JsonEntry {
  readonly Data: string;
  readonly PartitionKey: string;
}

/** Entries with fresh random data and keys of 36 characters. */
export function jsonEntries(count: number, recordBytes: number): JsonEntry[] {
  return Array.from({ length: count }, () => ({
    Data: randomBytes(recordBytes).toString('base64'),
    PartitionKey: randomUUID(),
  }));
}

/** Throws unless `found` are `put`, in their order. */
export function requireSameRecords(found: readonly JsonEntry[], put: readonly JsonEntry[]): void {
  if (found.length !== put.length) throw new Error(`read ${found.length} records; put were ${put.length}`);
  for (const [index, { Data, PartitionKey }] of put.entries()) {
    const record = found[index];
    if (record?.Data !== Data || record.PartitionKey !== PartitionKey) {
      throw new Error(`record ${index} is not the one that was put`);
    }
  }
}
