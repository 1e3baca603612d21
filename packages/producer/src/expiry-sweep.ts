import type { Clock, Timer } from '@shardline/core';

/** What an {@link ExpirySweep} needs from outside. */
export interface ExpirySweepParts {
  readonly clock: Clock;
  readonly recordTtlMs: number;
  /** Whether nothing is outstanding that could expire. */
  readonly isIdle: () => boolean;
  /** Hears that it rests. */
  readonly onIdle: () => void;
  /** Ends what has expired by now. */
  readonly sweep: (nowMs: number) => void;
}

/** While anything is outstanding, expired records are looked for; late by at most an eighth of the time to live. */
export class ExpirySweep {
  readonly #parts: ExpirySweepParts;
  #timer: Timer | undefined;

  constructor(parts: ExpirySweepParts) {
    this.#parts = parts;
  }

  /** Something is outstanding. */
  arm(): void {
    this.#timer ??= this.#later();
  }

  /** Something was settled. Where that was the last, no timer is left that would keep the process alive (P6). */
  rest(): void {
    if (!this.#parts.isIdle()) return;
    this.cancel();
    this.#parts.onIdle();
  }

  /** No timer stays behind. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #later(): Timer {
    const { clock, recordTtlMs, isIdle, sweep } = this.#parts;
    return clock.schedule(Math.min(1_000, Math.max(10, recordTtlMs / 8)), () => {
      this.#timer = undefined;
      try {
        sweep(clock.monotonic());
      } finally {
        if (!isIdle()) this.arm();
      }
    });
  }
}
