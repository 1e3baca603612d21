import { createHash } from 'node:crypto';
import protobuf from 'protobufjs/minimal.js';

/** A user record inside an aggregate. */
export interface Member {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
}

interface RawMember {
  partitionKeyIndex: number | undefined;
  explicitHashKeyIndex: number | undefined;
  data: Uint8Array | undefined;
}

const magic = [0xf3, 0x89, 0x9a, 0xc2] as const;
const digestBytes = 16;

/**
 * The members of an aggregated record in the KPL's format; `undefined` when `data` is not one. Written with protobufjs and
 * `node:crypto` alone: it judges the packages that have their own codec, so it must not share a line with them.
 *
 * message AggregatedRecord {
 *   repeated string partition_key_table = 1;
 *   repeated string explicit_hash_key_table = 2;
 *   repeated Record records = 3;
 * }
 * message Record {
 *   required uint64 partition_key_index = 1;
 *   optional uint64 explicit_hash_key_index = 2;
 *   required bytes data = 3;
 * }
 */
export function unpackAggregate(data: Uint8Array): readonly Member[] | undefined {
  if (data.length <= magic.length + digestBytes) return undefined;
  if (!magic.every((byte, index) => data[index] === byte)) return undefined;
  const body = data.subarray(magic.length, -digestBytes);
  const digest = createHash('md5').update(body).digest();
  if (!digest.equals(data.subarray(-digestBytes))) return undefined;
  try {
    return decodeBody(body);
  } catch {
    // Not protobuf after all: the bytes are a user's own, which any reader must take as they are.
    return undefined;
  }
}

function decodeBody(body: Uint8Array): readonly Member[] {
  const reader = protobuf.Reader.create(body);
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const records: RawMember[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) partitionKeys.push(reader.string());
    else if (tag === 0x12) explicitHashKeys.push(reader.string());
    else if (tag === 0x1a) records.push(decodeRecord(reader));
    else skip(reader, tag);
  }
  return records.map(({ partitionKeyIndex, explicitHashKeyIndex, data }) => ({
    partitionKey: entryOf(partitionKeys, partitionKeyIndex),
    explicitHashKey:
      explicitHashKeyIndex === undefined ? undefined : entryOf(explicitHashKeys, explicitHashKeyIndex),
    data: present(data),
  }));
}

function decodeRecord(reader: protobuf.Reader): RawMember {
  const end = reader.uint32() + reader.pos;
  const record: RawMember = {
    partitionKeyIndex: undefined,
    explicitHashKeyIndex: undefined,
    data: undefined,
  };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 0x08) record.partitionKeyIndex = readIndex(reader);
    else if (tag === 0x10) record.explicitHashKeyIndex = readIndex(reader);
    else if (tag === 0x1a) record.data = reader.bytes();
    else skip(reader, tag);
  }
  if (reader.pos !== end) throw new RangeError('a record ends inside a field');
  return record;
}

/** Passes over a field of a later version of the format. There is no field 0. */
function skip(reader: protobuf.Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError('a tag names field 0');
  reader.skipType(tag & 7);
}

/** protobufjs gives a number, or an object of `long` where an application has installed that. */
function readIndex(reader: protobuf.Reader): number {
  return Number(String(reader.uint64()));
}

function entryOf(table: readonly string[], index: number | undefined): string {
  return present(index === undefined ? undefined : table[index]);
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new RangeError('a required field or a table entry is missing');
  return value;
}
