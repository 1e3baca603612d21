import { encodeAggregate } from './kpl-format.js';
import { payloadOf } from './payloads.js';
import { router } from './router.js';

/** One entry of a PutRecords request. */
export interface ReadyEntry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** Bytes of tags, lengths and index of a record and its table entry, at most. */
const OVERHEAD_BYTES = 16;

/** One entry per user record. */
export function plainEntries(keys: readonly string[], payloads: readonly Uint8Array[]): ReadyEntry[] {
  return keys.map((key, index) => ({ Data: payloadOf(payloads, index), PartitionKey: key }));
}

/** Aggregates of up to `maxBytes` per shard, made by the referee. */
export function aggregatedEntries(
  keys: readonly string[],
  payloads: readonly Uint8Array[],
  shards: number,
  maxBytes: number,
): ReadyEntry[] {
  const shardOf = router(shards);
  const open = Array.from({ length: shards }, () => ({
    keys: [] as string[],
    data: [] as Uint8Array[],
    bytes: 0,
  }));
  const entries: ReadyEntry[] = [];
  const seal = (shard: (typeof open)[number]) => {
    const [PartitionKey] = shard.keys;
    if (PartitionKey === undefined) return;
    const records = shard.data.map((data, partitionKeyIndex) => ({ partitionKeyIndex, data }));
    entries.push({ Data: encodeAggregate({ partitionKeyTable: shard.keys, records }), PartitionKey });
    shard.keys = [];
    shard.data = [];
    shard.bytes = 0;
  };
  keys.forEach((key, index) => {
    const shard = open[shardOf(key)];
    if (shard === undefined) throw new RangeError(`no shard for ${key}`);
    const data = payloadOf(payloads, index);
    const bytes = key.length + data.length + OVERHEAD_BYTES;
    if (shard.bytes + bytes > maxBytes) seal(shard);
    shard.keys.push(key);
    shard.data.push(data);
    shard.bytes += bytes;
  });
  open.forEach(seal);
  return entries;
}

/** Splits entries into requests of at most `maxEntries` and `maxBytes`. */
export function requestsOf(
  entries: readonly ReadyEntry[],
  maxEntries: number,
  maxBytes: number,
): ReadyEntry[][] {
  const requests: ReadyEntry[][] = [];
  let current: ReadyEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.Data.length + entry.PartitionKey.length;
    if (current.length === maxEntries || (current.length > 0 && bytes + size > maxBytes)) {
      requests.push(current);
      current = [];
      bytes = 0;
    }
    current.push(entry);
    bytes += size;
  }
  if (current.length > 0) requests.push(current);
  return requests;
}
