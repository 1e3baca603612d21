/** How much memory the kept records of all streams hold, against a limit. */
export class RetainedBytes {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes held now. */
  get used(): number {
    return this.#used;
  }

  /** Whether `bytes` more stay within the limit. */
  fits(bytes: number): boolean {
    return this.#used + bytes <= this.limit;
  }

  add(bytes: number): void {
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }
}
