import { isUtf8 } from 'node:buffer';
import { KinesisServiceError } from './service-error.js';

/** The deepest nesting that is read; no operation has an input half as deep. */
const maxDepth = 32;

/** The most items that are read: decoded, each takes up to a hundred times its byte. The largest PutRecords has 2,000. */
const maxItems = 200_000;

/**
 * Looks through a CBOR body before the SDK's codec decodes it, in time proportional to its length and without keeping
 * anything, and refuses what is malformed and what the codec trips over: it takes any number of items, repairs broken text in
 * silence, makes room for a list of any length that is claimed, spells out big numbers and decimals however long, takes any item
 * for a key, sets prototypes, and passes over what stands behind the end. No client of Kinesis writes tags other than that of
 * times.
 */
export function scanCbor(body: Uint8Array): { readonly hasTimes: boolean } {
  const scan = new CborScan(body);
  scan.item(0);
  scan.expectEnd();
  return { hasTimes: scan.hasTimes };
}

const unsigned = 0;
const negative = 1;
const bytes = 2;
const text = 3;
const list = 4;
const map = 5;
const tagged = 6;
const indefinite = 31;
const breakByte = 0xff;

class CborScan {
  hasTimes = false;
  readonly #body: Uint8Array;
  #at = 0;
  #items = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  expectEnd(): void {
    if (this.#at < this.#body.length) throw malformed(`it goes on behind its end, at byte ${this.#at}`);
  }

  item(depth: number): void {
    this.#count();
    if (depth > maxDepth) throw malformed(`it is nested more than ${maxDepth} levels deep`);
    const head = this.#next();
    const major = head >> 5;
    const minor = head & 31;
    switch (major) {
      case unsigned:
      case negative:
        this.#argument(minor);
        return;
      case bytes:
      case text:
        if (minor === indefinite) this.#chunks(major);
        else this.#string(major, minor);
        return;
      case list:
        this.#many(minor, 1, () => this.item(depth + 1));
        return;
      case map:
        this.#many(minor, 2, () => {
          this.#key();
          this.item(depth + 1);
        });
        return;
      case tagged:
        this.#time(minor);
        return;
      default:
        this.#simple(minor);
    }
  }

  /** The members of a list or a map, each of `bytesEach` at least. */
  #many(minor: number, bytesEach: number, member: () => void): void {
    if (minor === indefinite) {
      while (!this.#takeBreak()) member();
      return;
    }
    const count = this.#argument(minor);
    if (count * bytesEach > this.#body.length - this.#at)
      throw malformed(`it claims ${count} members and ends before them`);
    for (let index = 0; index < count; index += 1) member();
  }

  #key(): void {
    const head = this.#next();
    if (head >> 5 !== text || (head & 31) === indefinite)
      throw malformed(`a key is no text, at byte ${this.#at - 1}`);
    const start = this.#string(text, head & 31);
    const length = this.#at - start;
    // It would become the prototype of the structure, whose members would then seem to be there.
    if (length === 9 && Buffer.from(this.#body.subarray(start, this.#at)).toString() === '__proto__')
      throw malformed('a key is __proto__');
  }

  #chunks(major: number): void {
    while (!this.#takeBreak()) {
      this.#count();
      const head = this.#next();
      if (head >> 5 !== major || (head & 31) === indefinite)
        throw malformed(`a string has a part that is none, at byte ${this.#at - 1}`);
      this.#string(major, head & 31);
    }
  }

  /** Gives where the string's content begins. */
  #string(major: number, minor: number): number {
    const length = this.#argument(minor);
    const start = this.#at;
    this.#skip(length);
    if (major === text && !this.#isText(start)) throw malformed(`a text is not UTF-8, at byte ${start}`);
    return start;
  }

  /** Whether what was read since `start` is UTF-8; names and keys, short and in ASCII, are settled without a call of Node. */
  #isText(start: number): boolean {
    const end = Math.min(this.#at, start + 32);
    let at = start;
    while (at < end && (this.#body[at] ?? 0) < 0x80) at += 1;
    return at === this.#at || isUtf8(this.#body.subarray(at, this.#at));
  }

  #count(): void {
    this.#items += 1;
    if (this.#items > maxItems) throw malformed(`it has more than ${maxItems} items`);
  }

  #time(minor: number): void {
    const number = this.#argument(minor);
    if (number !== 1) throw malformed(`tag ${number} is not understood`);
    const head = this.#next();
    const isFloat = head >> 5 === 7 && (head & 31) >= 25;
    if (head >> 5 > negative && !isFloat) throw malformed('a time is not a number');
    this.#argument(head & 31);
    this.hasTimes = true;
  }

  /** False, true, null, undefined, and numbers with a fraction. */
  #simple(minor: number): void {
    if (minor >= 20 && minor <= 23) return;
    if (minor < 25) throw malformed(`there is no simple value ${minor}`);
    this.#argument(minor);
  }

  /** A head's number: in the head itself, or in the bytes behind it. */
  #argument(minor: number): number {
    if (minor < 24) return minor;
    if (minor > 27) throw malformed(`byte ${this.#at - 1} begins nothing`);
    const size = 2 ** (minor - 24);
    const start = this.#at;
    this.#skip(size);
    let number = 0;
    for (let at = start; at < this.#at; at += 1) number = number * 256 + (this.#body[at] ?? 0);
    return number;
  }

  #takeBreak(): boolean {
    if (this.#body[this.#at] !== breakByte) return false;
    this.#at += 1;
    return true;
  }

  #next(): number {
    const head = this.#body[this.#at];
    if (head === undefined) throw malformed('it ends too early');
    this.#at += 1;
    return head;
  }

  #skip(length: number): void {
    if (length > this.#body.length - this.#at) throw malformed('it ends too early');
    this.#at += length;
  }
}

function malformed(why: string): KinesisServiceError {
  return new KinesisServiceError(
    'SerializationException',
    `The body is not CBOR as Kinesis takes it: ${why}.`,
  );
}
