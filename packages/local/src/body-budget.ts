/** Counts the bytes of the bodies that a server is reading, so that many large ones at once do not exhaust its memory. */
export class BodyBudget {
  readonly maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Takes so many more, if there is room for them. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  /** They are read, or thrown away. */
  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}
