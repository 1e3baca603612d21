const wireType = Object.freeze({
  varint: 0,
  fixed64: 1,
  lengthDelimited: 2,
  startGroup: 3,
  endGroup: 4,
  fixed32: 5,
});

/** protobuf-java gives up below this depth, and so every reader built on it. */
const deepestGroup = 100;
const longestVarint = 10;

/**
 * Reads Protocol Buffers from bytes that nobody vouches for.
 *
 * It never throws and never reads outside its limits. Malformed input sets {@link failed} and moves to the end, so that loops over
 * {@link hasMore} stop. As in protobuf-java, only the low 32 bits of a varint count.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  /** Position of the next byte. */
  at: number;
  /** Where the message being read ends. */
  limit: number;
  /** Whether something malformed has been met. */
  failed = false;
  /** Whether the varint read last, if it was a long one, has bits above the 31 lowest. */
  #tooLargeForIndex = false;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.at = from;
    this.limit = to;
  }

  hasMore(): boolean {
    return this.at < this.limit;
  }

  fail(): void {
    this.failed = true;
    this.at = this.limit;
  }

  /** The low 32 bits of a varint, as a signed number. */
  varint(): number {
    const at = this.at;
    if (at < this.limit) {
      const byte = this.bytes[at] as number;
      if (byte < 0x80) {
        this.at = at + 1;
        return byte;
      }
    }
    return this.#longVarint();
  }

  /** A varint that is a place in a table; every value no table can have reads as the largest one, 2^31 - 1. */
  index(): number {
    this.#tooLargeForIndex = false;
    const value = this.varint();
    return this.#tooLargeForIndex ? 0x7fff_ffff : value;
  }

  /** Reads the length of a field whose bytes follow and returns where they end, at most the limit. */
  fieldEnd(): number {
    const length = this.varint();
    if (length < 0 || length > this.limit - this.at) {
      this.fail();
      return this.at;
    }
    return this.at + length;
  }

  /** Passes over the value of a field that nobody asked for, groups included. */
  skip(tag: number): void {
    const open: number[] = [];
    for (let next = tag; !this.failed; next = this.varint()) {
      const field = next >>> 3;
      const type = next & 7;
      if (field === 0) this.fail();
      else if (type === wireType.startGroup && open.length < deepestGroup) open.push(field);
      else if (type === wireType.endGroup && open.length > 0 && open[open.length - 1] === field) open.pop();
      else this.#skipValue(type);
      if (open.length === 0) return;
    }
  }

  #skipValue(type: number): void {
    if (type === wireType.varint) this.varint();
    else if (type === wireType.fixed64) this.#advance(8);
    else if (type === wireType.lengthDelimited) this.at = this.fieldEnd();
    else if (type === wireType.fixed32) this.#advance(4);
    else this.fail();
  }

  #advance(bytes: number): void {
    if (bytes <= this.limit - this.at) this.at += bytes;
    else this.fail();
  }

  #longVarint(): number {
    let value = 0;
    const last = Math.min(this.at + longestVarint, this.limit);
    for (let at = this.at, shift = 0; at < last; at++, shift += 7) {
      const byte = this.bytes[at] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      // The fifth byte holds bits 28 to 34, the later ones only higher ones.
      if (shift >= 28 && (byte & (shift === 28 ? 0x78 : 0x7f)) !== 0) this.#tooLargeForIndex = true;
      if (byte < 0x80) {
        this.at = at + 1;
        return value;
      }
    }
    this.fail();
    return 0;
  }
}
