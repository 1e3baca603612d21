import type { Clock } from '@shardline/core';
import { delay } from '@shardline/core/internal';

/** Longest time for which handlers that wait for nothing may keep everything else of the process waiting, in milliseconds. */
const turnMs = 10;

/**
 * What a handler may do before the rest of the process has its turn: timers, and with them the renewals of leases. Awaiting the
 * handler is no turn for others: what is settled already goes on before any timer.
 */
export class WorkTurn {
  readonly #clock: Clock;
  #startMs: number;

  /** Begins now. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonic();
  }

  /** Whether it is time to give way, on the monotonic clock. */
  isOver(nowMs: number): boolean {
    return nowMs - this.#startMs > turnMs;
  }

  /** Lets the others have their turn; then the next one begins. */
  async giveWay(): Promise<void> {
    await delay(this.#clock, 0);
    this.#startMs = this.#clock.monotonic();
  }
}
