/** The tail of what a simulation did, one line an event. */
export class Trace {
  readonly #keptLines: number;
  readonly #onLine: ((line: string) => void) | undefined;
  #lines: string[] = [];
  #digest = 0;

  constructor(keptLines: number, onLine?: (line: string) => void) {
    this.#keptLines = keptLines;
    this.#onLine = onLine;
  }

  add(virtualMs: number, who: string, text: string): void {
    const line = `${virtualMs.toFixed(3).padStart(14)} ms  ${who}: ${text}`;
    this.#onLine?.(line);
    this.#digest = textDigest(line, this.#digest);
    this.#lines.push(line);
    if (this.#lines.length > 2 * this.#keptLines) this.#lines = this.#lines.slice(-this.#keptLines);
  }

  /** Digest of all lines so far. */
  get digest(): number {
    return this.#digest;
  }

  /** The last lines, oldest first. */
  tail(): readonly string[] {
    return this.#keptLines === 0 ? [] : this.#lines.slice(-this.#keptLines);
  }
}

/** A quick 32-bit digest of a text (FNV-1a over its UTF-16 units), continuing from `start`. */
export function textDigest(text: string, start = 0): number {
  let digest = start ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
  }
  return digest >>> 0;
}
