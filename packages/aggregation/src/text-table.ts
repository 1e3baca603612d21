import { mayHoldSurrogate, readUtf8 } from './utf8.js';

const fewestSpans = 8;

/** Texts that stand somewhere in the bytes of an aggregate, each decoded once, when it is first asked for. */
export class TextTable {
  readonly #bytes: Buffer;
  /** Where each text starts and ends. */
  #spans = new Int32Array(0);
  readonly #expected: number;
  #texts: (string | undefined)[] | undefined;
  #careful = false;
  #count = 0;

  /** @param expected - About how many texts there will be. */
  constructor(bytes: Buffer, expected: number) {
    this.#bytes = bytes;
    this.#expected = Math.max(expected, fewestSpans);
  }

  get count(): number {
    return this.#count;
  }

  add(from: number, to: number): void {
    const at = this.#count * 2;
    if (at === this.#spans.length) {
      const grown = new Int32Array(Math.max(at, this.#expected) * 2);
      grown.set(this.#spans);
      this.#spans = grown;
    }
    this.#spans[at] = from;
    this.#spans[at + 1] = to;
    this.#count++;
  }

  text(index: number): string {
    const texts = this.#texts ?? this.#prepare();
    const known = texts[index];
    if (known !== undefined) return known;
    const from = this.#spans[index * 2] as number;
    const to = this.#spans[index * 2 + 1] as number;
    const text = this.#careful ? readUtf8(this.#bytes, from, to) : this.#bytes.toString('utf8', from, to);
    texts[index] = text;
    return text;
  }

  /** Makes room for the texts, and sees whether any of them needs a closer look. */
  #prepare(): (string | undefined)[] {
    const spans = this.#spans.subarray(0, this.#count * 2);
    // From the first to the last: what stands between them is looked at too, which costs time at worst.
    this.#careful = mayHoldSurrogate(this.#bytes, spans[0] ?? 0, spans.at(-1) ?? 0);
    this.#texts = new Array<string | undefined>(this.#count);
    return this.#texts;
  }
}
