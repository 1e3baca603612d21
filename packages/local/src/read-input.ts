import { isDate, isUint8Array } from 'node:util/types';
import type { InputShape, StructureShape } from './input-shape.js';
import { KinesisServiceError } from './service-error.js';

/** Where an input comes from: the SDK's own values (CBOR 1.1 has them too), or JSON 1.1 (blobs in base64, times in seconds). */
export type InputForm = 'native' | 'json';

/**
 * Checks `input` against `shape` and returns a copy in the SDK's form that shares nothing mutable with it. A wrong type is
 * a `SerializationException`; all other faults of form come together in one `ValidationException`, as from the service.
 */
export function readInput(shape: StructureShape, input: unknown, form: InputForm): Record<string, unknown> {
  const reader = new InputReader(form);
  const value = reader.structure(shape, input);
  const [first, ...others] = reader.faults;
  if (first !== undefined) {
    const errors = others.length === 0 ? '1 validation error' : `${others.length + 1} validation errors`;
    throw new KinesisServiceError('ValidationException', `${errors} detected: ${reader.faults.join('; ')}`);
  }
  return value;
}

/** Whether a text has more than `max` characters: code points, of which one may take two of `length`. */
function isLonger(text: string, max: number): boolean {
  return text.length > max && [...text].length > max;
}

/** A value as the messages show it. */
function quoted(value: string): string {
  return `'${value.length > 300 ? `${value.slice(0, 297)}...` : value}'`;
}

function isStructure(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !isUint8Array(value) && !isDate(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isUint8Array(value)) return 'a blob';
  if (isDate(value)) return 'a timestamp';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The service reports no more faults than these in one message. */
const maxFaults = 10;

class InputReader {
  readonly faults: string[] = [];
  readonly #form: InputForm;
  /** Members and indexes down to the value being read; put into words only when there is a fault. */
  readonly #path: (string | number)[] = [];

  constructor(form: InputForm) {
    this.#form = form;
  }

  structure(shape: StructureShape, value: unknown): Record<string, unknown> {
    if (!isStructure(value)) throw this.#wrongType('a structure', value);
    const given = value;
    const read: Record<string, unknown> = {};
    for (const name of shape.required) {
      const content = given[name];
      if (content === undefined || content === null)
        this.#below(name, () => this.#fault('not be null', 'null'));
    }
    for (const name in shape.members) {
      const member = shape.members[name];
      const content = given[name];
      if (member === undefined || content === undefined || content === null) continue;
      this.#path.push(name);
      read[name] = this.#value(member, content);
      this.#path.pop();
    }
    return read;
  }

  #value(shape: InputShape, value: unknown): unknown {
    switch (shape.type) {
      case 'string':
        return this.#string(shape, value);
      case 'blob':
        return this.#blob(shape.max, value);
      case 'integer':
        return this.#integer(shape, value);
      case 'boolean':
        if (typeof value !== 'boolean') throw this.#wrongType('a Boolean', value);
        return value;
      case 'choice':
        return this.#choice(shape.choices, value);
      case 'timestamp':
        return this.#timestamp(value);
      case 'list':
        return this.#list(shape, value);
      case 'map':
        return this.#map(shape, value);
      case 'structure':
        return this.structure(shape, value);
    }
  }

  #string(shape: Extract<InputShape, { type: 'string' }>, value: unknown): string {
    if (typeof value !== 'string') throw this.#wrongType('a String', value);
    const { min, max, pattern } = shape;
    if (min !== undefined && value.length < min) {
      this.#fault(`have length greater than or equal to ${min}`, quoted(value));
    } else if (max !== undefined && isLonger(value, max)) {
      this.#fault(`have length less than or equal to ${max}`, quoted(value));
    } else if (pattern && !pattern.test(value)) {
      this.#fault(`satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`, quoted(value));
    }
    return value;
  }

  #blob(max: number, value: unknown): Uint8Array {
    const bytes = this.#form === 'json' ? this.#fromBase64(value) : this.#copyOf(value);
    if (bytes.byteLength > max) this.#fault(`have length less than or equal to ${max}`);
    return bytes;
  }

  #copyOf(value: unknown): Uint8Array {
    if (!isUint8Array(value)) throw this.#wrongType('a Blob', value);
    return Buffer.from(value);
  }

  /** Strict: the length must be right and nothing but base64 may stand in it. */
  #fromBase64(value: unknown): Uint8Array {
    if (typeof value !== 'string') throw this.#wrongType('a Blob in base64', value);
    const bytes = Buffer.from(value, 'base64');
    // Node reads the alphabet for URLs too, the service does not.
    const forUrls = value.includes('-') || value.includes('_');
    if (!forUrls && value.length % 4 === 0 && bytes.length === Buffer.byteLength(value, 'base64'))
      return bytes;
    throw new KinesisServiceError('SerializationException', `'${this.#where()}' is not base64.`);
  }

  #integer(shape: { min?: number; max?: number }, value: unknown): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrongType('an Integer', value);
    if (shape.min !== undefined && value < shape.min) {
      this.#fault(`have value greater than or equal to ${shape.min}`, quoted(String(value)));
    } else if (shape.max !== undefined && value > shape.max) {
      this.#fault(`have value less than or equal to ${shape.max}`, quoted(String(value)));
    }
    return value;
  }

  #choice(choices: readonly string[], value: unknown): string {
    if (typeof value !== 'string') throw this.#wrongType('a String', value);
    if (!choices.includes(value))
      this.#fault(`satisfy enum value set: [${choices.join(', ')}]`, quoted(value));
    return value;
  }

  #timestamp(value: unknown): Date {
    const time =
      this.#form === 'json' && typeof value === 'number' ? new Date(Math.round(value * 1000)) : value;
    const expected = this.#form === 'json' ? 'a number of seconds' : 'a Timestamp';
    if (!isDate(time) || Number.isNaN(time.getTime())) throw this.#wrongType(expected, value);
    return new Date(time);
  }

  #list(shape: Extract<InputShape, { type: 'list' }>, value: unknown): unknown[] {
    if (!Array.isArray(value)) throw this.#wrongType('a List', value);
    if (value.length < shape.min) {
      this.#fault(`have length greater than or equal to ${shape.min}`);
      return [];
    }
    if (shape.max !== undefined && value.length > shape.max) {
      this.#fault(`have length less than or equal to ${shape.max}`);
      return [];
    }
    return value.map((entry: unknown, index) => {
      this.#path.push(index + 1, 'member');
      const read = this.#value(shape.of, entry);
      this.#path.length -= 2;
      return read;
    });
  }

  #map(shape: Extract<InputShape, { type: 'map' }>, value: unknown): Record<string, unknown> {
    if (!isStructure(value)) throw this.#wrongType('a Map', value);
    const entries = Object.entries(value);
    if (shape.min !== undefined && entries.length < shape.min)
      this.#fault(`have length greater than or equal to ${shape.min}`, quoted('{}'));
    if (entries.length > shape.max) this.#fault(`have length less than or equal to ${shape.max}`);
    for (const [key] of entries) {
      const fits = key.length >= 1 && !isLonger(key, shape.maxKeyLength);
      if (!fits) this.#fault(`have keys of length 1 to ${shape.maxKeyLength}`, quoted(key));
    }
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, this.#below(key, () => this.#value(shape.of, entry))]),
    );
  }

  #below<T>(name: string, read: () => T): T {
    this.#path.push(name);
    const result = read();
    this.#path.pop();
    return result;
  }

  /** Notes that the value at the present path is wrong; `shown` is how the message quotes it. */
  #fault(constraint: string, shown = ''): void {
    if (this.faults.length >= maxFaults) return;
    const value = shown === '' ? 'Value' : `Value ${shown}`;
    this.faults.push(
      `${value} at '${this.#where()}' failed to satisfy constraint: Member must ${constraint}`,
    );
  }

  #wrongType(expected: string, received: unknown): KinesisServiceError {
    const what = kindOf(received);
    const where = this.#path.length === 0 ? 'The request' : `'${this.#where()}'`;
    return new KinesisServiceError(
      'SerializationException',
      `${where} must be ${expected}; received ${what}.`,
    );
  }

  /** The path in the service's words: names begin in lower case there. */
  #where(): string {
    return this.#path
      .map((part) => (typeof part === 'string' ? part.charAt(0).toLowerCase() + part.slice(1) : part))
      .join('.');
  }
}
