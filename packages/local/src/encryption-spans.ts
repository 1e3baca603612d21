/**
 * Which records of a shard were stored encrypted, by their positions: that changes so much less often than records come
 * that it is not kept with each.
 */
export class EncryptionSpans {
  /** Where it changed, from not encrypted on, in turns. */
  readonly #changes: number[] = [];

  /** From `position` on, which is never less than before, records are encrypted or not. */
  change(position: number, encrypted: boolean): void {
    const isEncrypted = this.#changes.length % 2 === 1;
    if (encrypted !== isEncrypted) this.#changes.push(position);
  }

  /** Whether the record at `position` was stored encrypted. */
  covers(position: number): boolean {
    if (this.#changes.length === 0) return false;
    const after = this.#changes.findIndex((changed) => changed > position);
    return (after === -1 ? this.#changes.length : after) % 2 === 1;
  }
}
