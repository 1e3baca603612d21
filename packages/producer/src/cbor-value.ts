/** Deepest nesting that is read; no answer has an eighth of it. */
const maxDepth = 32;

const indefinite = 31;
const breakByte = 0xff;

/**
 * Reads one CBOR item, as plain values: maps become objects without a prototype, tags are passed over, integers become numbers.
 * Byte strings are views. Throws a SyntaxError where the bytes are not one whole item, as JSON.parse does.
 */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  reader.expectEnd();
  return value;
}

class CborReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  expectEnd(): void {
    if (this.#at < this.#bytes.length) throw this.#malformed('goes on behind its end');
  }

  item(depth: number): unknown {
    if (depth > maxDepth) throw this.#malformed(`is nested more than ${maxDepth} levels deep`);
    const head = this.#take(1);
    const first = this.#bytes[head] ?? 0;
    const minor = first & 31;
    switch (first >> 5) {
      case 0:
        return this.#argument(minor);
      case 1:
        return -1 - this.#argument(minor);
      case 2:
        return minor === indefinite ? Buffer.concat(this.#chunks(2)) : this.#string(minor);
      case 3:
        return minor === indefinite ? Buffer.concat(this.#chunks(3)).toString() : this.#text(minor);
      case 4:
        return this.#list(minor, depth);
      case 5:
        return this.#map(minor, depth);
      case 6:
        this.#argument(minor);
        return this.item(depth + 1);
      default:
        return this.#simple(minor);
    }
  }

  #list(minor: number, depth: number): unknown[] {
    const values: unknown[] = [];
    const count = this.#count(minor);
    for (let index = 0; index < count && !this.#ends(minor); index += 1) values.push(this.item(depth + 1));
    return values;
  }

  #map(minor: number, depth: number): Readonly<Record<string, unknown>> {
    const members: Record<string, unknown> = Object.create(null);
    const count = this.#count(minor);
    for (let index = 0; index < count && !this.#ends(minor); index += 1) {
      const name = this.item(depth + 1);
      if (typeof name !== 'string') throw this.#malformed('has a name that is no text');
      members[name] = this.item(depth + 1);
    }
    return members;
  }

  /** How many members come; of an unknown number, more than there can be. */
  #count(minor: number): number {
    return minor === indefinite ? this.#bytes.length : this.#argument(minor);
  }

  /** Takes the end of a list or map that does not say its length. */
  #ends(minor: number): boolean {
    if (minor !== indefinite || this.#bytes[this.#at] !== breakByte) return false;
    this.#at += 1;
    return true;
  }

  /** The parts of a string that does not say its length. */
  #chunks(major: number): Buffer[] {
    const chunks: Buffer[] = [];
    while (!this.#ends(indefinite)) {
      const first = this.#bytes[this.#take(1)] ?? 0;
      if (first >> 5 !== major) throw this.#malformed('has a part that does not belong');
      chunks.push(this.#string(first & 31));
    }
    return chunks;
  }

  #string(minor: number): Buffer {
    const length = this.#argument(minor);
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #text(minor: number): string {
    const length = this.#argument(minor);
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #simple(minor: number): boolean | null | undefined | number {
    switch (minor) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 26:
        return this.#bytes.readFloatBE(this.#take(4));
      case 27:
        return this.#bytes.readDoubleBE(this.#take(8));
      default:
        throw this.#malformed('has a value of no known type');
    }
  }

  #argument(minor: number): number {
    if (minor < 24) return minor;
    switch (minor) {
      case 24:
        return this.#bytes.readUInt8(this.#take(1));
      case 25:
        return this.#bytes.readUInt16BE(this.#take(2));
      case 26:
        return this.#bytes.readUInt32BE(this.#take(4));
      case 27:
        return Number(this.#bytes.readBigUInt64BE(this.#take(8)));
      default:
        throw this.#malformed('has a length of no known form');
    }
  }

  /** Where the next `length` bytes begin. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw this.#malformed('ends too early');
    this.#at = start + length;
    return start;
  }

  #malformed(what: string): SyntaxError {
    return new SyntaxError(`The answer is no CBOR: it ${what}, at byte ${this.#at}.`);
  }
}
