import { isUtf8 } from 'node:buffer';
import { scanJson } from './scan-json.js';
import { KinesisServiceError } from './service-error.js';
import type { WireFormat } from './wire-format.js';

/** AWS JSON 1.1: times as seconds since 1970, blobs in base64. */
export const jsonWire: WireFormat = {
  contentType: 'application/x-amz-json-1.1',
  form: 'json',
  parse: parseJson,
  noOutput: '',
  encode: (answer) => (holdsBlobs(answer) ? encodeWithBlobs(answer) : JSON.stringify(toJson(answer))),
};

function parseJson(body: Buffer): unknown {
  // What is broken would be repaired in silence, and a record stored under another key.
  if (!isUtf8(body)) throw notJson('it is not UTF-8');
  scanJson(body);
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw notJson(error instanceof Error ? error.message : String(error));
  }
}

function notJson(reason: string): KinesisServiceError {
  return new KinesisServiceError('SerializationException', `The body is not JSON: ${reason}`);
}

/** Whether there are blobs where answers have them: in the members of a list. */
function holdsBlobs(answer: object): boolean {
  return Object.values(answer).some((member) => {
    const first: unknown = Array.isArray(member) ? member[0] : undefined;
    return typeof first === 'object' && first !== null && Object.values(first).some(isBlob);
  });
}

function isBlob(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function toJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (isBlob(value)) return base64Of(value);
  if (Array.isArray(value)) return value.map(toJson);
  const encoded: Record<string, unknown> = {};
  for (const name in value) encoded[name] = toJson((value as Record<string, unknown>)[name]);
  return encoded;
}

function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/**
 * The same text as bytes, with the blobs in base64 copied into their place: JSON.stringify would look through all of them for
 * characters to escape, which takes most of the time of an answer of 10 MB.
 */
function encodeWithBlobs(answer: object): Uint8Array {
  const parts = new JsonParts();
  parts.add(answer);
  return parts.bytes();
}

class JsonParts {
  readonly #parts: (string | Uint8Array)[] = [];
  #text = '';

  add(value: unknown): void {
    if (isBlob(value)) {
      this.#parts.push(`${this.#text}"`, value);
      this.#text = '"';
    } else if (Array.isArray(value)) {
      this.#list(value);
    } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
      this.#structure(value as Record<string, unknown>);
    } else {
      this.#text += JSON.stringify(toJson(value));
    }
  }

  bytes(): Uint8Array {
    const parts = [...this.#parts, this.#text];
    const out = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + lengthOf(part), 0));
    let at = 0;
    for (const part of parts)
      at += typeof part === 'string' ? out.write(part, at) : out.write(base64Of(part), at, 'latin1');
    return out;
  }

  #list(values: readonly unknown[]): void {
    this.#text += '[';
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) this.#text += ',';
      this.add(values[index]);
    }
    this.#text += ']';
  }

  #structure(members: Readonly<Record<string, unknown>>): void {
    let before = '{';
    for (const name in members) {
      const member = members[name];
      if (member === undefined) continue;
      this.#text += `${before}${JSON.stringify(name)}:`;
      this.add(member);
      before = ',';
    }
    this.#text += before === '{' ? '{}' : '}';
  }
}

function lengthOf(part: string | Uint8Array): number {
  return typeof part === 'string' ? Buffer.byteLength(part) : Math.ceil(part.byteLength / 3) * 4;
}
