import type { KeyBlock } from './hot/key-block.js';
import { utf8Length, writeUtf8 } from './utf8.js';
import { varintLength, writeVarint } from './varint.js';

const firstBytes = 1024;
const firstSlots = 32;
/** Facts kept of an entry: its hash, where its text starts, and how many bytes it has. */
const facts = 3;
/** With more slots than this for each entry, emptying those of the entries costs less than emptying all. */
const fewSlotsAnEntry = 16;
/** What a {@link KeyBlock} may copy or read beyond a text. */
const slackBytes = 3;

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
  readonly #keyBlock: KeyBlock;
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(new ArrayBuffer(0));
  #end = 0;
  #count = 0;
  #entries = new Int32Array(0);
  /** Index of an entry plus one, or 0. A power of two, at least half of it free. */
  #slots = new Int32Array(0);
  /** Of the text that was looked for last, and not found: its hash, and the free slot that the search ended at. */
  #hash = 0;
  #freeSlot = 0;

  constructor(tag: number, keyBlock: KeyBlock) {
    this.#tag = tag;
    this.#keyBlock = keyBlock;
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

  /** Index that a text has, or would have: that of the next new text then. */
  placeOf(text: string, hash: number): number {
    const slots = this.#slots;
    const entries = this.#entries;
    const mask = slots.length - 1;
    let slot = hash & mask;
    if (this.#count > 0) {
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const entry = (slots[slot] as number) - 1;
        if (entries[entry * facts] === hash && this.#holds(entry, text)) return entry;
      }
    }
    this.#freeSlot = slot;
    this.#hash = hash;
    return this.#count;
  }

  /** Bytes that a text would add to the table. */
  bytesOf(text: string): number {
    const textBytes = this.#keyBlock.hold(text) ? this.#keyBlock.byteLength : utf8Length(text);
    return 1 + varintLength(textBytes) + textBytes;
  }

  /** Makes sure that adding this text, which was looked for last and not found, takes no more memory. */
  makeRoomFor(text: string): void {
    this.#makeIndexRoom();
    this.#makeRoom(this.bytesOf(text) + slackBytes);
  }

  /** Adds the text that was looked for last, and not found. When there is no memory for it, nothing has changed. */
  add(text: string): void {
    const entry = this.#count;
    this.#makeIndexRoom();
    const textFrom = this.#write(text);
    const entries = this.#entries;
    entries[entry * facts] = this.#hash;
    entries[entry * facts + 1] = textFrom;
    entries[entry * facts + 2] = this.#end - textFrom;
    this.#slots[this.#freeSlot] = entry + 1;
    this.#count = entry + 1;
  }

  /** Writes the table and returns where it ends. */
  writeTo(out: Uint8Array, at: number): number {
    this.#bytes.copy(out, at, 0, this.#end);
    return at + this.#end;
  }

  /** Empties the table and keeps its memory. Takes time in proportion to what was in it. */
  reset(): void {
    const slots = this.#slots;
    if (this.#count * fewSlotsAnEntry > slots.length) slots.fill(0);
    else for (let entry = 0; entry < this.#count; entry++) slots[this.#slotOf(entry)] = 0;
    this.#count = 0;
    this.#end = 0;
  }

  #slotOf(entry: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (this.#entries[entry * facts] as number) & mask;
    while (slots[slot] !== entry + 1) slot = (slot + 1) & mask;
    return slot;
  }

  #holds(entry: number, text: string): boolean {
    const from = this.#entries[entry * facts + 1] as number;
    const textBytes = this.#entries[entry * facts + 2] as number;
    const keyBlock = this.#keyBlock;
    if (keyBlock.hold(text)) return keyBlock.byteLength === textBytes && keyBlock.standsAt(this.#view, from);
    return Buffer.from(text, 'utf8').equals(this.#bytes.subarray(from, from + textBytes));
  }

  /** Writes tag, length and text, and returns where the text starts. */
  #write(text: string): number {
    const keyBlock = this.#keyBlock;
    const held = keyBlock.hold(text);
    const textBytes = held ? keyBlock.byteLength : utf8Length(text);
    const tagAt = this.#end;
    this.#makeRoom(1 + varintLength(textBytes) + textBytes + slackBytes);
    const bytes = this.#bytes;
    bytes[tagAt] = this.#tag;
    const textFrom = writeVarint(bytes, tagAt + 1, textBytes);
    if (held) keyBlock.copyTo(this.#view, textFrom);
    else writeUtf8(text, textBytes, bytes, textFrom);
    this.#end = textFrom + textBytes;
    return textFrom;
  }

  #makeIndexRoom(): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#growIndex();
  }

  #growIndex(): void {
    const slots = new Int32Array(Math.max(firstSlots, this.#slots.length * 2));
    const entries = new Int32Array((slots.length / 2) * facts);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = slots;
    for (let entry = 0; entry < this.#count; entry++)
      slots[this.#freeSlotFor(entries[entry * facts] as number)] = entry + 1;
    this.#freeSlot = this.#freeSlotFor(this.#hash);
  }

  #freeSlotFor(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  #makeRoom(more: number): void {
    const needed = this.#end + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, firstBytes));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer, grown.byteOffset, grown.length);
  }
}
