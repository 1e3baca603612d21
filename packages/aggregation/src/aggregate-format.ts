/**
 * The KPL's aggregated record: magic, an `AggregatedRecord` message of Protocol Buffers (proto2), and the MD5 of the message.
 *
 * ```proto
 * message AggregatedRecord {
 *   repeated string partition_key_table = 1;
 *   repeated string explicit_hash_key_table = 2;
 *   repeated Record records = 3;
 * }
 * message Record {
 *   required uint64 partition_key_index = 1;
 *   optional uint64 explicit_hash_key_index = 2;
 *   required bytes data = 3;
 *   repeated Tag tags = 4; // reserved; nobody writes them
 * }
 * message Tag { required string key = 1; optional string value = 2; }
 * ```
 */
export const aggregateFormat = Object.freeze({
  /** The first four bytes, F3 89 9A C2. */
  magic: Object.freeze([0xf3, 0x89, 0x9a, 0xc2] as const),
  magicBytes: 4,
  digestBytes: 16,
  /** What an aggregate has around its message. */
  overheadBytes: 20,
});

/** The tag bytes of the message's fields: number and wire type. Those of a record's fields stand in its own message. */
export const aggregateTags = Object.freeze({
  partitionKeyTable: 0x0a,
  explicitHashKeyTable: 0x12,
  record: 0x1a,
  partitionKeyIndex: 0x08,
  explicitHashKeyIndex: 0x10,
  data: 0x1a,
  tags: 0x22,
  tagKey: 0x0a,
});

/** Whether the bytes begin as an aggregate does. */
export function beginsWithMagic(data: Uint8Array): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}
