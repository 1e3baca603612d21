import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** What a {@link Loop} runs and how often. */
export interface LoopOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Pause between the end of one run and the start of the next, in milliseconds. */
  readonly everyMs: number;
  /** Share of `everyMs` by which a pause may be shorter, 0 to 1, so that a fleet does not run in step. */
  readonly jitter: number;
  /** The work. Told when to stop by `signal`. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Gets what `run` throws; the loop goes on. */
  readonly onError: (error: unknown) => void;
}

/** Runs an async task again and again, never overlapping, until stopped. Its pauses do not keep the process alive. */
export class Loop {
  readonly #options: LoopOptions;
  #stopped = new AbortController();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /**
   * Starts the loop; `first` says whether the first run comes at once or after a pause. Does nothing while the loop runs,
   * which it does until a `stop` has resolved.
   */
  start(first: 'now' | 'later'): void {
    if (this.#running !== undefined) return;
    this.#stopped = new AbortController();
    this.#running = this.#cycle(first === 'now');
  }

  /** Ends the current pause; during a run, has another follow it at once. */
  runSoon(): void {
    this.#again = true;
    this.#wake?.();
  }

  /** No further run starts. Resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#running;
    this.#running = undefined;
  }

  async #cycle(atOnce: boolean): Promise<void> {
    const { signal } = this.#stopped;
    if (!atOnce) await this.#pause();
    while (!signal.aborted) {
      this.#again = false;
      try {
        await this.#options.run(signal);
      } catch (error) {
        // A run that ends as it was told to has not failed.
        if (!signal.aborted || error !== signal.reason) this.#options.onError(error);
      }
      if (!signal.aborted && !this.#again) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    const { clock, random, everyMs, jitter } = this.#options;
    return new Promise((resolve) => {
      const done = () => {
        this.#wake = undefined;
        timer.cancel();
        resolve();
      };
      const timer = clock.schedule(everyMs * (1 - jitter * random.next()), done, { keepAlive: false });
      this.#wake = done;
    });
  }
}
