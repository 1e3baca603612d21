import { aThing, constructorName } from '@shardline/core/internal';

/** What stands where `member` of a record should be, without quoting it; for data that is bytes of another kind, how to make them data. */
export function receivedInWords(member: string, value: unknown): string {
  if (typeof value === 'string')
    return value.length === 0 ? 'an empty string' : `a string of ${value.length} characters`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const name = constructorName(value);
  if (name === undefined || name === 'Object') return 'object';
  const advice = member === 'data' ? adviceFor(value, name) : undefined;
  return advice === undefined ? aThing(name) : `${aThing(name)}: ${advice}`;
}

function adviceFor(value: object, name: string): string | undefined {
  if (ArrayBuffer.isView(value)) return 'give new Uint8Array(data.buffer, data.byteOffset, data.byteLength)';
  if (name === 'ArrayBuffer' || name === 'SharedArrayBuffer') return 'give new Uint8Array(data)';
  return Array.isArray(value) ? 'give Uint8Array.from(data), if it is bytes' : undefined;
}
