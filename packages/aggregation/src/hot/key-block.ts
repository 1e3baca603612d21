import type { Md5Engine } from '../md5-engine.js';
import { md5Layout } from '../md5-module.js';

/** A text of so many UTF-16 units has at most three times as many bytes: with end mark and length, 13 blocks. */
const longestText = 256;
/** Bytes that fit one block, beside the end mark and the length. */
const mostInOneBlock = 55;
const encoder = new TextEncoder();

/**
 * The UTF-8 form of one short text, laid out for MD5: the key that is worked on just now.
 *
 * A partition key is wanted three times: for its digest, to be found in a table, and to be copied into it. Walking a string costs
 * more than the digest of its bytes, so it is walked once: a text that is held already is not laid out again. Texts are told apart
 * by what they say, and strings do not change, so it makes no difference who asked before.
 *
 * Texts of more than 256 UTF-16 units are not held.
 */
export class KeyBlock {
  readonly #room: Uint8Array;
  readonly #view: DataView;
  readonly #digestKey: Md5Engine['digestKey'];
  /** Empty when none is held. */
  #text = '';
  #byteLength = 0;

  constructor({ bytes, view, digestKey }: Md5Engine) {
    this.#room = bytes.subarray(md5Layout.key, md5Layout.key + longestText * 3);
    this.#view = view;
    this.#digestKey = digestKey;
  }

  /** Bytes of the text that is held. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Holds a text from now on; false when it is too long. */
  hold(text: string): boolean {
    if (text === this.#text && text !== '') return true;
    if (text.length > longestText) return false;
    this.#text = text;
    if (text.length > mostInOneBlock || !this.#layOutAscii(text)) this.#layOutAny(text);
    return true;
  }

  /** Keeps the text no longer in memory: it may be a piece of a large one. */
  forget(): void {
    this.#text = '';
  }

  /** Writes the MD5 of the text that is held to `into`, as four big-endian words, most significant first. */
  digest(into: Uint32Array): void {
    const view = this.#view;
    this.#digestKey((this.#byteLength + 72) >>> 6);
    into[0] = view.getUint32(md5Layout.keyDigest);
    into[1] = view.getUint32(md5Layout.keyDigest + 4);
    into[2] = view.getUint32(md5Layout.keyDigest + 8);
    into[3] = view.getUint32(md5Layout.keyDigest + 12);
  }

  /** Copies the text that is held, and up to three bytes more. */
  copyTo(target: DataView, at: number): void {
    const view = this.#view;
    const end = this.#byteLength;
    for (let from = 0; from < end; from += 4)
      target.setInt32(at + from, view.getInt32(md5Layout.key + from, true), true);
  }

  /** Whether the text that is held stands there; up to three bytes more are read. */
  standsAt(target: DataView, at: number): boolean {
    const view = this.#view;
    const end = this.#byteLength;
    let from = 0;
    for (; from + 4 <= end; from += 4) {
      if (target.getInt32(at + from, true) !== view.getInt32(md5Layout.key + from, true)) return false;
    }
    if (from === end) return true;
    const difference = target.getInt32(at + from, true) ^ view.getInt32(md5Layout.key + from, true);
    return (difference & ((1 << ((end - from) << 3)) - 1)) === 0;
  }

  /** Lays a short ASCII text out as a whole block; false when a character is not ASCII. */
  #layOutAscii(text: string): boolean {
    const view = this.#view;
    const length = text.length;
    let seen = 0;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      const c0 = text.charCodeAt(at);
      const c1 = text.charCodeAt(at + 1);
      const c2 = text.charCodeAt(at + 2);
      const c3 = text.charCodeAt(at + 3);
      seen |= c0 | c1 | c2 | c3;
      view.setInt32(md5Layout.key + at, c0 | (c1 << 8) | (c2 << 16) | (c3 << 24), true);
    }
    let last = 0;
    let shift = 0;
    for (let char = at; char < length; char++, shift += 8) {
      const c = text.charCodeAt(char);
      seen |= c;
      last |= c << shift;
    }
    view.setInt32(md5Layout.key + at, last, true);
    this.#end(length);
    return seen < 0x80;
  }

  #layOutAny(text: string): void {
    this.#end(encoder.encodeInto(text, this.#room).written);
  }

  /** Ends a text of so many bytes and pads it to whole blocks. */
  #end(byteLength: number): void {
    const view = this.#view;
    const shift = (byteLength & 3) << 3;
    const kept = (1 << shift) - 1;
    const lengthAt = md5Layout.key + ((byteLength + 72) & ~63) - 8;
    let at = md5Layout.key + (byteLength & ~3);
    view.setInt32(at, (view.getInt32(at, true) & kept) | (0x80 << shift), true);
    for (at += 4; at < lengthAt; at += 4) view.setInt32(at, 0, true);
    view.setInt32(lengthAt, byteLength << 3, true);
    view.setInt32(lengthAt + 4, 0, true);
    this.#byteLength = byteLength;
  }
}
