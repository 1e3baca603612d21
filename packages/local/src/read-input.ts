import type { InputShape, StructureShape } from './input-shape.js';
import { KinesisServiceError } from './service-error.js';

/** Where an input comes from: the SDK's own values, or JSON 1.1 (blobs in base64, times in seconds). */
export type InputForm = 'native' | 'json';

/**
 * Checks `input` against `shape` and returns a copy in the SDK's form that shares nothing mutable with it. A wrong type is
 * a `SerializationException`; all other faults of form come together in one `ValidationException`, as from the service.
 */
export function readInput(shape: StructureShape, input: unknown, form: InputForm): Record<string, unknown> {
  const reader = new InputReader(form);
  const value = reader.structure(shape, input, '');
  const [first, ...others] = reader.faults;
  if (first !== undefined) {
    const errors = others.length === 0 ? '1 validation error' : `${others.length + 1} validation errors`;
    throw new KinesisServiceError('ValidationException', `${errors} detected: ${reader.faults.join('; ')}`);
  }
  return value;
}

/** The service reports no more faults than these in one message. */
const maxFaults = 10;

class InputReader {
  readonly faults: string[] = [];
  readonly #form: InputForm;

  constructor(form: InputForm) {
    this.#form = form;
  }

  structure(shape: StructureShape, value: unknown, path: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrongType(path === '' ? 'the request' : path, 'a structure', value);
    }
    const given = value as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const name of shape.required) {
      if (given[name] === undefined || given[name] === null)
        this.#fault('null', join(path, name), 'not be null');
    }
    for (const name in shape.members) {
      const member = shape.members[name];
      const content = given[name];
      if (member === undefined || content === undefined || content === null) continue;
      read[name] = this.#value(member, content, path, name);
    }
    return read;
  }

  #value(shape: InputShape, value: unknown, parent: string, name: string): unknown {
    switch (shape.type) {
      case 'string':
        return this.#string(shape, value, join(parent, name));
      case 'blob':
        return this.#blob(shape.max, value, parent, name);
      case 'integer':
        return this.#integer(shape, value, join(parent, name));
      case 'boolean':
        if (typeof value !== 'boolean') throw wrongType(join(parent, name), 'a Boolean', value);
        return value;
      case 'choice':
        return this.#choice(shape.choices, value, join(parent, name));
      case 'timestamp':
        return this.#timestamp(value, join(parent, name));
      case 'list':
        return this.#list(shape, value, join(parent, name));
      case 'map':
        return this.#map(shape, value, join(parent, name));
      case 'structure':
        return this.structure(shape, value, join(parent, name));
    }
  }

  #string(shape: Extract<InputShape, { type: 'string' }>, value: unknown, path: string): string {
    if (typeof value !== 'string') throw wrongType(path, 'a String', value);
    const { min, max, pattern } = shape;
    if (min !== undefined && value.length < min) {
      this.#fault(`'${value}'`, path, `have length greater than or equal to ${min}`);
    } else if (max !== undefined && value.length > max && [...value].length > max) {
      this.#fault(`'${value}'`, path, `have length less than or equal to ${max}`);
    } else if (pattern && !pattern.test(value)) {
      this.#fault(`'${value}'`, path, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
    }
    return value;
  }

  #blob(max: number, value: unknown, parent: string, name: string): Uint8Array {
    const bytes = this.#form === 'json' ? fromBase64(value, parent, name) : copyOf(value, parent, name);
    if (bytes.byteLength > max) {
      this.#fault(undefined, join(parent, name), `have length less than or equal to ${max}`);
    }
    return bytes;
  }

  #integer(shape: { min?: number; max?: number }, value: unknown, path: string): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongType(path, 'an Integer', value);
    if (shape.min !== undefined && value < shape.min) {
      this.#fault(`'${value}'`, path, `have value greater than or equal to ${shape.min}`);
    } else if (shape.max !== undefined && value > shape.max) {
      this.#fault(`'${value}'`, path, `have value less than or equal to ${shape.max}`);
    }
    return value;
  }

  #choice(choices: readonly string[], value: unknown, path: string): string {
    if (typeof value !== 'string') throw wrongType(path, 'a String', value);
    if (!choices.includes(value)) {
      this.#fault(`'${value}'`, path, `satisfy enum value set: [${choices.join(', ')}]`);
    }
    return value;
  }

  #timestamp(value: unknown, path: string): Date {
    const time = this.#form === 'json' ? fromSeconds(value) : value;
    if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw wrongType(path, 'a Timestamp', value);
    return new Date(time);
  }

  #list(shape: Extract<InputShape, { type: 'list' }>, value: unknown, path: string): unknown[] {
    if (!Array.isArray(value)) throw wrongType(path, 'a List', value);
    if (value.length < shape.min || value.length > shape.max) {
      const [word, bound] = value.length < shape.min ? ['greater', shape.min] : ['less', shape.max];
      this.#fault(undefined, path, `have length ${word} than or equal to ${bound}`);
      return [];
    }
    const { of } = shape;
    // An entry's path is put together only when there is something to say about it.
    return value.map((entry, index) =>
      of.type === 'structure'
        ? this.structure(of, entry, `${path}.${index + 1}.member`)
        : this.#value(of, entry, `${path}.${index + 1}`, 'member'),
    );
  }

  #map(shape: Extract<InputShape, { type: 'map' }>, value: unknown, path: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrongType(path, 'a Map', value);
    const entries = Object.entries(value);
    if (entries.length > shape.max)
      this.#fault(undefined, path, `have length less than or equal to ${shape.max}`);
    for (const [key] of entries) {
      if (key.length < 1 || key.length > shape.maxKeyLength) {
        this.#fault(`'${key}'`, path, `have keys of length 1 to ${shape.maxKeyLength}`);
      }
    }
    return Object.fromEntries(entries.map(([key, entry]) => [key, this.#value(shape.of, entry, path, key)]));
  }

  #fault(value: string | undefined, path: string, constraint: string): void {
    if (this.faults.length >= maxFaults) return;
    const shown = value === undefined ? '' : ` ${value.length > 300 ? `${value.slice(0, 297)}...` : value}`;
    this.faults.push(`Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`);
  }
}

/** A member's path in the service's messages: names begin in lower case there. */
function join(parent: string, name: string): string {
  const own = name.charAt(0).toLowerCase() + name.slice(1);
  return parent === '' ? own : `${parent}.${own}`;
}

function wrongType(path: string, expected: string, received: unknown): KinesisServiceError {
  const what = received === null ? 'null' : Array.isArray(received) ? 'a list' : `a ${typeof received}`;
  return new KinesisServiceError(
    'SerializationException',
    `'${path}' must be ${expected}; received ${what}.`,
  );
}

function copyOf(value: unknown, parent: string, name: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw wrongType(join(parent, name), 'a Blob', value);
  return new Uint8Array(value);
}

/** Strict: the length must be right and nothing but base64 may stand in it. */
function fromBase64(value: unknown, parent: string, name: string): Uint8Array {
  if (typeof value !== 'string') throw wrongType(join(parent, name), 'a Blob in base64', value);
  const bytes = Buffer.from(value, 'base64');
  if (value.length % 4 !== 0 || bytes.length !== Buffer.byteLength(value, 'base64')) {
    throw new KinesisServiceError('SerializationException', `'${join(parent, name)}' is not base64.`);
  }
  return bytes;
}

function fromSeconds(value: unknown): Date | undefined {
  return typeof value === 'number' ? new Date(Math.round(value * 1000)) : undefined;
}
