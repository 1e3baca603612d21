import { createHash } from 'node:crypto';
import protobuf from 'protobufjs';

/**
 * The KPL's aggregated record, read and written by protobufjs: what a program without Shardline would use, and the
 * referee of every case. It shares no code with `@shardline/aggregation`. Indexes are uint64 in the format; uint32 has the
 * same bytes for every index that fits an aggregate, and spares the peer its Long objects.
 */
const PROTO = `
syntax = "proto2";
message AggregatedRecord {
  repeated string partition_key_table = 1;
  repeated string explicit_hash_key_table = 2;
  repeated Record records = 3;
}
message Tag {
  required string key = 1;
  optional string value = 2;
}
message Record {
  required uint32 partition_key_index = 1;
  optional uint32 explicit_hash_key_index = 2;
  required bytes data = 3;
  repeated Tag tags = 4;
}
`;

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const DIGEST_BYTES = 16;

/** An aggregate without its magic number and digest. */
export interface AggregateMessage {
  partitionKeyTable: string[];
  explicitHashKeyTable?: string[];
  records: { partitionKeyIndex: number; data: Uint8Array }[];
}

const messageType = protobuf.parse(PROTO).root.lookupType('AggregatedRecord');

/** Encodes and seals an aggregate. */
export function encodeAggregate(message: AggregateMessage): Buffer {
  const body = messageType.encode(message).finish();
  return Buffer.concat([MAGIC, body, createHash('md5').update(body).digest()]);
}

/** Reads an aggregate; `undefined` when the bytes are not one. The digest is checked. */
export function decodeAggregate(data: Uint8Array): AggregateMessage | undefined {
  if (data.length < MAGIC.length + DIGEST_BYTES || !MAGIC.equals(data.subarray(0, MAGIC.length)))
    return undefined;
  const body = data.subarray(MAGIC.length, data.length - DIGEST_BYTES);
  const digest = createHash('md5').update(body).digest();
  if (!digest.equals(data.subarray(data.length - DIGEST_BYTES))) return undefined;
  // The fields are required by the format, and decode() throws where one is missing.
  return messageType.decode(body) as unknown as AggregateMessage;
}
