import { utf8Length, writeUtf8 } from './utf8.js';
import { varintLength, writeVarint } from './varint.js';

const firstBytes = 1024;
const firstSlots = 32;
/** Facts kept of an entry: its hash, where its text starts, and how many bytes it has. */
const facts = 3;

/**
 * A table of an aggregate (partition keys or explicit hash keys) in the form it is stored in: each distinct text once, in order
 * of first appearance.
 *
 * Looked up by open addressing on a 32-bit hash that the caller has at hand. The texts are compared too: whoever chooses the
 * keys can choose them so that their hashes are the same.
 */
export class StringTable {
  /** Tag byte of the protobuf field. */
  readonly #tag: number;
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  #count = 0;
  #stagedEnd = 0;
  #stagedTextBytes = 0;
  #entries = new Int32Array(0);
  /** Index of an entry plus one, or 0. A power of two, at least half of it free. */
  #slots = new Int32Array(0);

  constructor(tag: number) {
    this.#tag = tag;
  }

  /** Bytes of the table as it is stored. */
  get sizeBytes(): number {
    return this.#end;
  }

  /** Bytes of memory held. */
  get capacityBytes(): number {
    return this.#bytes.length + (this.#entries.length + this.#slots.length) * 4;
  }

  /** Index the next new text will have. */
  get count(): number {
    return this.#count;
  }

  /** Index of a text, or -1. */
  find(text: string, hash: number): number {
    if (this.#count === 0) return -1;
    const slots = this.#slots;
    const entries = this.#entries;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (entries[entry * facts] === hash && this.#holds(entry, text)) return entry;
    }
  }

  /** Writes a text that is not in the table behind its end, where {@link add} takes it in; returns the bytes it takes. */
  stage(text: string): number {
    const length = text.length;
    const start = this.#end;
    if (length < 0x80) {
      this.#makeRoom(length + 2);
      const bytes = this.#bytes;
      let at = start + 2;
      let seen = 0;
      for (let char = 0; char < length; char++) {
        const code = text.charCodeAt(char);
        seen |= code;
        bytes[at++] = code;
      }
      if (seen < 0x80) {
        bytes[start] = this.#tag;
        bytes[start + 1] = length;
        this.#stagedTextBytes = length;
        this.#stagedEnd = start + 2 + length;
        return length + 2;
      }
    }
    return this.#stageAny(text);
  }

  /** Takes in the text staged last. */
  add(hash: number): void {
    const entry = this.#count;
    if ((entry + 1) * 2 > this.#slots.length) this.#growIndex();
    const entries = this.#entries;
    const textBytes = this.#stagedTextBytes;
    const end = this.#stagedEnd;
    entries[entry * facts] = hash;
    entries[entry * facts + 1] = end - textBytes;
    entries[entry * facts + 2] = textBytes;
    this.#count = entry + 1;
    this.#end = end;
    this.#link(entry);
  }

  /** Writes the table and returns where it ends. */
  writeTo(out: Uint8Array, at: number): number {
    this.#bytes.copy(out, at, 0, this.#end);
    return at + this.#end;
  }

  /** Empties the table and keeps its memory. */
  reset(): void {
    if (this.#count === 0) return;
    this.#slots.fill(0);
    this.#count = 0;
    this.#end = 0;
  }

  #holds(entry: number, text: string): boolean {
    const start = this.#entries[entry * facts + 1] as number;
    const textBytes = this.#entries[entry * facts + 2] as number;
    const length = text.length;
    const bytes = this.#bytes;
    for (let char = 0; char < length; char++) {
      const code = text.charCodeAt(char);
      if (code >= 0x80) return Buffer.from(text, 'utf8').equals(bytes.subarray(start, start + textBytes));
      if (char >= textBytes || code !== bytes[start + char]) return false;
    }
    return length === textBytes;
  }

  #stageAny(text: string): number {
    const textBytes = utf8Length(text);
    const stagedBytes = 1 + varintLength(textBytes) + textBytes;
    this.#makeRoom(stagedBytes);
    const bytes = this.#bytes;
    bytes[this.#end] = this.#tag;
    writeUtf8(text, textBytes, bytes, writeVarint(bytes, this.#end + 1, textBytes));
    this.#stagedTextBytes = textBytes;
    this.#stagedEnd = this.#end + stagedBytes;
    return stagedBytes;
  }

  #link(entry: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (this.#entries[entry * facts] as number) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  #growIndex(): void {
    const slots = Math.max(firstSlots, this.#slots.length * 2);
    const entries = new Int32Array((slots / 2) * facts);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Int32Array(slots);
    for (let entry = 0; entry < this.#count; entry++) this.#link(entry);
  }

  #makeRoom(more: number): void {
    const needed = this.#end + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, firstBytes));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}
