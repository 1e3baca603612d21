import { compareCheckpoints } from './checkpoint.js';
import type { CoordinationTask } from './events.js';
import type { Progress } from './progress.js';

/** What is wrong with the store as one shard sees it, for health: the last failure, until a write of its kind succeeds. */
export class StoreTrouble {
  readonly #progress: Progress;
  #words: string | undefined;
  #storedThen: Progress['stored'] | undefined;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Notes that something could not be written or listed. */
  failed(task: CoordinationTask, error: unknown): void {
    this.#words = `${task} fails: ${error instanceof Error ? error.message : String(error)}`;
    this.#storedThen = task === 'checkpoint' ? this.#progress.stored : undefined;
  }

  /** Notes that it could at last. */
  mended(): void {
    this.#words = undefined;
  }

  /** Undefined where nothing is wrong. A checkpoint that failed is mended by the next one that is written, whoever writes it. */
  get words(): string | undefined {
    const then = this.#storedThen;
    if (then !== undefined && compareCheckpoints(this.#progress.stored, then) !== 0) this.mended();
    return this.#words;
  }
}
