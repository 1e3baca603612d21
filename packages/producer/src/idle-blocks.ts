import { bufferSize } from './buffer-size.js';

/** Shorter ones cost less to make than to keep. */
const smallestBytes = 4_096;
/** A record is counted with up to a sixteenth more than its bytes. */
const stepsPerDoubling = 16;

/** The size of the block for `bytes`; undefined where one is not worth keeping. */
export function blockSize(bytes: number): number | undefined {
  return bytes < smallestBytes ? undefined : bufferSize(bytes, smallestBytes, stepsPerDoubling);
}

/** Blocks of memory that wait for the next record of their size. What may stay is their owner's to decide. */
export class IdleBlocks {
  /** By size, the one that has been here the longest first; none of the lists is empty. */
  readonly #blocks = new Map<number, Uint8Array[]>();

  /** One of just this size. */
  take(size: number): Uint8Array | undefined {
    const blocks = this.#blocks.get(size);
    const block = blocks?.pop();
    if (blocks?.length === 0) this.#blocks.delete(size);
    return block;
  }

  add(block: Uint8Array): void {
    const blocks = this.#blocks.get(block.length);
    if (blocks) blocks.push(block);
    else this.#blocks.set(block.length, [block]);
  }

  /** One of the size that has been here the longest, other than `sparedSize`. */
  takeStale(sparedSize?: number): Uint8Array | undefined {
    for (const size of this.#blocks.keys()) if (size !== sparedSize) return this.take(size);
    return undefined;
  }
}
