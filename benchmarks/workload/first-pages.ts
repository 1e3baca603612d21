import { placeAt } from './page-spec.js';
import { RecordDigest } from './record-digest.js';

/**
 * What a reader makes of the first page of each shard: every user record once, in the shard's order. A shard is known to be
 * through when the first record of its next page comes.
 */
export class FirstPages {
  readonly #shards: number;
  readonly #digest = new RecordDigest();
  readonly #last = new Map<number, { readonly index: number; readonly member: number }>();
  readonly #through = new Set<number>();
  #onThrough: () => void = () => undefined;
  /** Resolves when all shards are through. */
  readonly complete: Promise<void>;

  constructor(shards: number) {
    this.#shards = shards;
    this.complete = new Promise((resolve) => {
      this.#onThrough = resolve;
    });
  }

  /** A user record was handed over: where its stored record stands, its index there, and what it holds. */
  add(sequenceNumber: string, member: number, partitionKey: string, data: Uint8Array): void {
    const { shard, page, index } = placeAt(sequenceNumber);
    if (page > 0) {
      this.#through.add(shard);
      if (this.#through.size === this.#shards) this.#onThrough();
      return;
    }
    if (this.#through.has(shard)) throw new Error(`shard ${shard} went back to its first page`);
    const last = this.#last.get(shard) ?? { index: 0, member: -1 };
    const follows =
      index === last.index ? member === last.member + 1 : index === last.index + 1 && member === 0;
    if (!follows) {
      throw new Error(`shard ${shard}: ${index}/${member} came after ${last.index}/${last.member}`);
    }
    this.#last.set(shard, { index, member });
    this.#digest.add(partitionKey, data);
  }

  toString(): string {
    return String(this.#digest);
  }
}
