/** A text and how many Unicode code points it has: the X API gives the place of an entity in code points. */
export class TextBuilder {
  #text = '';
  #length = 0;

  get text(): string {
    return this.#text;
  }

  /** Length in code points. */
  get length(): number {
    return this.#length;
  }

  /** Adds `piece`, after a blank if the text has begun. Says where it stands. */
  append(piece: string): { start: number; end: number } {
    if (this.#length > 0) {
      this.#text += ' ';
      this.#length += 1;
    }
    const start = this.#length;
    this.#text += piece;
    this.#length += countCodePoints(piece);
    return { start, end: this.#length };
  }
}

/** Number of code points in `text`: a surrogate pair is one. */
export function countCodePoints(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800) pairs += 1;
  }
  return text.length - pairs;
}
