/**
 * An answer as AWS JSON 1.1: times as seconds since 1970, blobs in base64. Answers are plain objects made by the
 * operations, never deeper than a few levels.
 */
export function encodeJson(answer: object): string {
  return JSON.stringify(toJson(answer));
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
