/** What stands in an aggregate, by count. */
export interface MemberCount {
  records: number;
  dataBytes: number;
}

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];
const ENVELOPE_BYTES = 20;
const RECORD_TAG = 0x1a;
const DATA_TAG = 0x1a;

/**
 * Adds up the user records of an aggregate by stepping over its fields: enough to see that none is missing, cheap enough for
 * every record of a measured run. False when `bytes` (up to `end`) do not begin with the magic number, or end within a field.
 * The digest is not looked at.
 */
export function countMembers(bytes: Uint8Array, end: number, into: MemberCount): boolean {
  if (end < ENVELOPE_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte)) return false;
  const cursor = { at: MAGIC.length, end: end - (ENVELOPE_BYTES - MAGIC.length) };
  let records = 0;
  let dataBytes = 0;
  while (cursor.at < cursor.end) {
    const tag = bytes[cursor.at++];
    const length = readVarint(bytes, cursor);
    const next = cursor.at + length;
    if (length < 0 || next > cursor.end) return false;
    if (tag === RECORD_TAG) {
      const data = dataLength(bytes, cursor.at, next);
      if (data < 0) return false;
      records += 1;
      dataBytes += data;
    }
    cursor.at = next;
  }
  into.records += records;
  into.dataBytes += dataBytes;
  return true;
}

interface Cursor {
  at: number;
  readonly end: number;
}

/** -1 when there is none. */
function readVarint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 28 && cursor.at < cursor.end; shift += 7) {
    const byte = bytes[cursor.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return -1;
}

/** Length of the data field of the record message in [at, end); -1 when it has none. */
function dataLength(bytes: Uint8Array, at: number, end: number): number {
  const cursor = { at, end };
  while (cursor.at < end) {
    const tag = bytes[cursor.at++] ?? 0;
    const value = readVarint(bytes, cursor);
    if (value < 0) return -1;
    if (tag === DATA_TAG) return value;
    // Length-delimited fields are stepped over; the rest are varints, and read.
    if ((tag & 7) === 2) cursor.at += value;
  }
  return -1;
}
