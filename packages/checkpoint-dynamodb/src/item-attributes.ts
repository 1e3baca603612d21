import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LeaseItemMalformedError } from './errors.js';
import type { Item } from './table-api.js';

/** Longest piece of a value that an error quotes. */
const quotedChars = 60;

/**
 * Reads the attributes of one item. What is absent is undefined; what has another type than the KCL gives it, or a value that
 * cannot be, throws {@link LeaseItemMalformedError}.
 */
export class ItemAttributes {
  readonly leaseKey: string;
  readonly #tableName: string;
  readonly #item: Item;

  constructor(tableName: string, item: Item) {
    this.#tableName = tableName;
    this.#item = item;
    this.leaseKey = item.leaseKey?.S ?? '';
  }

  has(name: string): boolean {
    return this.#item[name] !== undefined;
  }

  /** Text that is not empty and, where `pattern` is given, matches it. */
  text(name: string, pattern?: RegExp): string | undefined {
    const value = this.#item[name];
    if (value === undefined) return undefined;
    if (value.S && (pattern?.test(value.S) ?? true)) return value.S;
    throw this.malformed(
      name,
      pattern ? `a string like ${pattern.source}` : 'a string (S) that is not empty',
    );
  }

  /** A whole number, 0 or more. */
  count(name: string): number | undefined {
    const figure = this.figure(name);
    if (figure === undefined || Number.isSafeInteger(figure)) return figure;
    throw this.malformed(name, 'a whole number (N), 0 or more');
  }

  /** A number, 0 or more. */
  figure(name: string): number | undefined {
    const value = this.#item[name];
    if (value === undefined) return undefined;
    const figure = Number(value.N ?? Number.NaN);
    if (figure >= 0 && figure < Number.POSITIVE_INFINITY) return figure;
    throw this.malformed(name, 'a number (N), 0 or more');
  }

  /** The members of a set, in order of their text: DynamoDB keeps none. Empty when absent. */
  texts(name: string): readonly string[] {
    const value = this.#item[name];
    if (value === undefined) return [];
    if (value.SS) return [...value.SS].sort();
    throw this.malformed(name, 'a set of strings (SS)');
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.#item[name];
    if (value === undefined) return undefined;
    if (value.B) return value.B;
    throw this.malformed(name, 'binary (B)');
  }

  /** `value`, which a lease is nothing without. */
  required<Value>(name: string, value: Value | undefined): Value {
    if (value === undefined) throw this.malformed(name, 'there, as it must be');
    return value;
  }

  malformed(attribute: string, expected: string): LeaseItemMalformedError {
    const facts = { tableName: this.#tableName, leaseKey: this.leaseKey, attribute, expected };
    return new LeaseItemMalformedError({ ...facts, found: inWords(this.#item[attribute]) });
  }
}

function inWords(value: AttributeValue | undefined): string {
  if (value === undefined) return 'absent';
  const [type = 'empty', held] = Object.entries(value)[0] ?? [];
  if (type === 'B') return 'binary (B)';
  const text = JSON.stringify(held) ?? '';
  return `${text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text} (${type})`;
}
