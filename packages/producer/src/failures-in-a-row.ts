import type { Random } from '@shardline/core';
import { fullJitterMs } from '@shardline/core/internal';

/** However soon chance has it. */
const leastMs = 200;
const backoff = Object.freeze({ baseMs: 500, capMs: 30_000 });

/** How long to wait after failures of one call in a row. */
export class FailuresInARow {
  #count = 0;

  succeeded(): void {
    this.#count = 0;
  }

  failedMs(random: Random): number {
    this.#count += 1;
    return leastMs + fullJitterMs(this.#count, backoff, random);
  }
}
