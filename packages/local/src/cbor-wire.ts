import { cbor, tag, tagSymbol } from '@smithy/core/cbor';
import { scanCbor } from './scan-cbor.js';
import type { WireFormat } from './wire-format.js';

/**
 * AWS CBOR 1.1: times are tag 1 with milliseconds since 1970, where the SDK's codec by itself writes seconds; blobs are
 * byte strings. What is parsed has the SDK's values; its blobs are views of the body, so they must be copied to be kept.
 */
export const cborWire: WireFormat = {
  contentType: 'application/x-amz-cbor-1.1',
  form: 'native',
  parse: parseCbor,
  // A reader of CBOR may trip over a body without a byte.
  noOutput: cbor.serialize({}),
  encode: (answer) => cbor.serialize(toCbor(answer)),
};

function parseCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  const { hasTimes } = scanCbor(body);
  const value: unknown = cbor.deserialize(body);
  return hasTimes ? withDates(value) : value;
}

/** Puts a Date in the place of every time. The scan has seen to it that there is no other tag, and no deep nesting. */
function withDates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(withDates);
  if (tagSymbol in value) return new Date(Math.round(Number((value as unknown as { value: unknown }).value)));
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([name, member]) => [name, withDates(member)]));
}

function toCbor(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date) return tag({ tag: 1, value: value.getTime() });
  if (Array.isArray(value)) return value.map(toCbor);
  const encoded: Record<string, unknown> = {};
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    // The codec refuses what JSON leaves out.
    if (member !== undefined) encoded[name] = toCbor(member);
  }
  return encoded;
}
