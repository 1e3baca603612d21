import type { EntryContent } from './entry-content.js';
import type { BodyWriter } from './request-body.js';

const byteString = 0x40;
const text = 0x60;
const list = 0x80;
const map = 0xa0;
/** Longest head of an item here: its type, and a length in four bytes. */
const headBytes = 5;

/** AWS CBOR 1.1: definite lengths, names and order of members as in the service's model, data as it is. */
export const cborBody: BodyWriter = Object.freeze({
  contentType: 'application/x-amz-cbor-1.1',
  bytesOf(target, entries) {
    let bytes = 1 + 'gRecords'.length + headBytes;
    for (const name in target) bytes += 2 * headBytes + name.length + Buffer.byteLength(target[name] ?? '');
    for (const entry of entries) bytes += entryBytes(entry);
    return bytes;
  },
  write(target, entries, into) {
    const members = Object.entries(target);
    let at = writeHead(into, 0, map, 1 + members.length);
    // The first letters of names are their heads: 0x60 plus the length.
    at += into.write('gRecords', at, 'latin1');
    at = writeHead(into, at, list, entries.length);
    for (const entry of entries) {
      const { dataBytes, partitionKey, explicitHashKey } = entry;
      at += into.write(explicitHashKey === undefined ? '\xa2dData' : '\xa3dData', at, 'latin1');
      at = entry.moveTo(into, writeHead(into, at, byteString, dataBytes));
      if (explicitHashKey !== undefined) {
        at += into.write('oExplicitHashKey', at, 'latin1');
        at = writeText(into, at, explicitHashKey);
      }
      at += into.write('lPartitionKey', at, 'latin1');
      at = writeText(into, at, partitionKey);
    }
    for (const [name, value] of members) {
      at = writeText(into, at, name);
      at = writeText(into, at, value);
    }
    return at;
  },
} satisfies BodyWriter);

function entryBytes({ dataBytes, partitionKey, explicitHashKey }: EntryContent): number {
  const hashKeyBytes =
    explicitHashKey === undefined
      ? 0
      : 'oExplicitHashKey'.length + headBytes + Buffer.byteLength(explicitHashKey);
  const keyBytes = 'lPartitionKey'.length + headBytes + Buffer.byteLength(partitionKey);
  return '\xa2dData'.length + headBytes + dataBytes + hashKeyBytes + keyBytes;
}

function writeText(into: Buffer, at: number, value: string): number {
  const start = writeHead(into, at, text, Buffer.byteLength(value));
  return start + into.write(value, start, 'utf8');
}

/** The type of an item and its length, in the shortest form. */
function writeHead(into: Buffer, at: number, major: number, length: number): number {
  if (length < 24) return into.writeUInt8(major | length, at);
  if (length < 0x100) {
    into.writeUInt8(major | 24, at);
    return into.writeUInt8(length, at + 1);
  }
  if (length < 0x10000) {
    into.writeUInt8(major | 25, at);
    return into.writeUInt16BE(length, at + 1);
  }
  into.writeUInt8(major | 26, at);
  return into.writeUInt32BE(length, at + 1);
}
