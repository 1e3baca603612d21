import type { Clock } from '@shardline/core';
import { ConnectionFaultError } from './connection-fault-error.js';

/** The calls that wait for time or for their caller, all of which can be ended at once. */
export class WaitingCalls {
  readonly #clock: Clock;
  readonly #ends = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves `ms` from now. */
  pause(operation: string, ms: number): Promise<void> {
    return this.#wait(operation, (resolve) => {
      const timer = this.#clock.schedule(ms, resolve);
      return () => timer.cancel();
    });
  }

  /** Resolves when `signal` fires. */
  givenUp(operation: string, signal: AbortSignal): Promise<void> {
    return this.#wait(operation, (resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', resolve, { once: true });
      return () => signal.removeEventListener('abort', resolve);
    });
  }

  /** No answer comes: rejects when the caller gives up. */
  async silence(operation: string, signal: AbortSignal | undefined): Promise<never> {
    await (signal ? this.givenUp(operation, signal) : this.#wait(operation, () => () => {}));
    throw new ConnectionFaultError(operation, 'timeout', signal?.reason);
  }

  /** Ends all of them, and those to come, as if their connection were dropped. */
  close(): void {
    this.#closed = true;
    for (const end of [...this.#ends]) end();
  }

  /** Runs `begin`, which returns how to undo itself, and waits until it resolves or all is closed. */
  #wait(operation: string, begin: (resolve: () => void) => () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ConnectionFaultError(operation, 'reset'));
        return;
      }
      const end = () => {
        this.#ends.delete(end);
        undo();
        reject(new ConnectionFaultError(operation, 'reset'));
      };
      this.#ends.add(end);
      const undo = begin(() => {
        this.#ends.delete(end);
        resolve();
      });
    });
  }
}
