import { KinesisServiceError } from './service-error.js';
import type { WireFormat } from './wire-format.js';

/** AWS JSON 1.1: times as seconds since 1970, blobs in base64. */
export const jsonWire: WireFormat = {
  contentType: 'application/x-amz-json-1.1',
  form: 'json',
  parse: parseJson,
  encode: (answer) => JSON.stringify(toJson(answer)),
};

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KinesisServiceError('SerializationException', `The body is not JSON: ${reason}`);
  }
}

function toJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return base64Of(value);
  if (Array.isArray(value)) return value.map(toJson);
  const encoded: Record<string, unknown> = {};
  for (const name in value) encoded[name] = toJson((value as Record<string, unknown>)[name]);
  return encoded;
}

function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
