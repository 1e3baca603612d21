import { readUtf8 } from './utf8.js';

const firstSpans = 16;

/** Texts that stand somewhere in the bytes of an aggregate, each decoded once, when it is first asked for. */
export class TextTable {
  readonly #bytes: Buffer;
  /** Where each text starts and ends. */
  #spans = new Int32Array(0);
  #texts: (string | undefined)[] | undefined;
  #count = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get count(): number {
    return this.#count;
  }

  add(from: number, to: number): void {
    const at = this.#count * 2;
    if (at === this.#spans.length) {
      const grown = new Int32Array(Math.max(at * 2, firstSpans));
      grown.set(this.#spans);
      this.#spans = grown;
    }
    this.#spans[at] = from;
    this.#spans[at + 1] = to;
    this.#count++;
  }

  text(index: number): string {
    this.#texts ??= new Array<string | undefined>(this.#count);
    const known = this.#texts[index];
    if (known !== undefined) return known;
    const text = readUtf8(
      this.#bytes,
      this.#spans[index * 2] as number,
      this.#spans[index * 2 + 1] as number,
    );
    this.#texts[index] = text;
    return text;
  }
}
