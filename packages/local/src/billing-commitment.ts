import type { MinimumThroughputBillingCommitmentOutput } from '@aws-sdk/client-kinesis';

/** For how long a commitment cannot be ended. */
const minimumMs = 86_400_000;

/**
 * An account's commitment to a minimum throughput: with it on-demand streams are On-demand Advantage.
 *
 * ```
 *             enable                 disable, a day later or more
 * DISABLED ───────────> ENABLED ────────────────────────────────> DISABLED
 *                        │   ^
 *      disable, earlier  v   │ enable
 *       ENABLED_UNTIL_EARLIEST_ALLOWED_END ── the day is over ──> DISABLED
 * ```
 *
 * Nothing runs on a timer: {@link BillingCommitment.settle} ends what is due.
 */
export class BillingCommitment {
  #startedAtMs: number | undefined;
  #endsAtMs: number | undefined;
  #on = false;

  /** Whether it holds, be it until a time that is set. */
  get isOn(): boolean {
    return this.#on;
  }

  settle(now: number): void {
    if (this.#endsAtMs !== undefined && this.#endsAtMs <= now) this.#on = false;
  }

  /** Begins it, or takes back that it is to end. */
  enable(now: number): void {
    this.settle(now);
    if (!this.#on) this.#startedAtMs = now;
    this.#on = true;
    this.#endsAtMs = undefined;
  }

  /** Ends it as soon as that is allowed. */
  disable(now: number): void {
    this.settle(now);
    if (!this.#on || this.#startedAtMs === undefined) return;
    this.#endsAtMs = Math.max(now, this.#startedAtMs + minimumMs);
    this.settle(now);
  }

  /** The commitment in the API's form, as it was last settled. */
  describe(): MinimumThroughputBillingCommitmentOutput {
    if (this.#startedAtMs === undefined) return { Status: 'DISABLED' };
    const StartedAt = new Date(this.#startedAtMs);
    if (!this.#on) {
      return { Status: 'DISABLED', StartedAt, EndedAt: new Date(this.#endsAtMs ?? this.#startedAtMs) };
    }
    return {
      Status: this.#endsAtMs === undefined ? 'ENABLED' : 'ENABLED_UNTIL_EARLIEST_ALLOWED_END',
      StartedAt,
      EarliestAllowedEndAt: new Date(this.#startedAtMs + minimumMs),
    };
  }
}
