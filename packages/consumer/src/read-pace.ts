import type { Random } from '@shardline/core';
import { type BackoffPolicy, fullJitterMs } from '@shardline/core/internal';

/** What GetRecords gives out of one shard, for all who read it (Developer Guide, "Quotas and limits"). */
export const readLimits = Object.freeze({
  /** Calls per second, empty ones included. */
  callsPerSecond: 5,
  /** An answer of X bytes has the calls after it refused for X / this seconds. */
  bytesPerSecond: 2_097_152,
  /** Records in one answer. */
  pageMaxRecords: 10_000,
  /** Data and partition keys in one answer. */
  pageMaxBytes: 10_485_760,
});

/** How grave a failed read is: asked to slow down, a passing fault, or nothing passes until somebody acts. */
export type ReadSeverity = 'throttled' | 'transient' | 'lasting';

/** Lasting ones are tried on, since an operator may act at any time. */
const backoff: Readonly<Record<ReadSeverity, BackoffPolicy>> = Object.freeze({
  throttled: Object.freeze({ baseMs: 500, capMs: 5_000 }),
  transient: Object.freeze({ baseMs: 400, capMs: 10_000 }),
  lasting: Object.freeze({ baseMs: 2_000, capMs: 30_000 }),
});

const leastGapMs = 1_000 / readLimits.callsPerSecond;
/** Twenty applications that share a shard can still be served. */
const widestGapMs = 20 * leastGapMs;
/** What lies above the least gap halves in so long without a throttle. */
const gapHalvesInMs = 5_000;
/** A quarter of what an answer may take: twice as many records come in time, too. */
const quickAnswerMs = 2_500;

/**
 * When the next GetRecords of a shard may go, and how many records it asks for. Pure: told the time, keeps no timer.
 *
 * Calls are at least 200 ms apart, follow a page of X bytes after X / 2 MiB s at the earliest, and at the tip of the shard the
 * configured pause. Several applications share what a shard gives, so each spell of throttling doubles the gap, which shrinks
 * again with time. An answer that did not come in time would not at the next try either: the limit is halved, and doubles again
 * with quick answers.
 */
export class ReadPace {
  readonly #pollIntervalMs: number;
  #gapMs = leastGapMs;
  #gapAtMs: number;
  #limit: number = readLimits.pageMaxRecords;
  #sentMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Failures on end. */
  #failures = 0;
  #throttles = 0;

  constructor(pollIntervalMs: number, nowMs: number) {
    this.#pollIntervalMs = pollIntervalMs;
    this.#gapAtMs = nowMs;
  }

  /** Milliseconds between two calls, as it stands. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Records to ask for. */
  get limit(): number {
    return this.#limit;
  }

  /** Milliseconds until the next call may go; 0 when it may go now. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#sentMs + this.#gapMs - nowMs, this.#notBeforeMs - nowMs);
  }

  /** A call goes out. */
  sent(nowMs: number): void {
    this.#sentMs = nowMs;
  }

  /** A page came. At the tip nothing is left to read. */
  answered(page: { readonly bytes: number; readonly atTip: boolean }, nowMs: number): void {
    this.#failures = 0;
    this.#throttles = 0;
    this.#narrow(nowMs);
    if (nowMs - this.#sentMs <= quickAnswerMs)
      this.#limit = Math.min(readLimits.pageMaxRecords, 2 * this.#limit);
    const debtMs = Math.ceil((1_000 * page.bytes) / readLimits.bytesPerSecond);
    // The pause counts from the call, so that reads at the tip keep their rhythm whatever an answer takes.
    const pauseUntilMs = page.atTip ? this.#sentMs + this.#pollIntervalMs : nowMs;
    this.#notBeforeMs = Math.max(nowMs + debtMs, pauseUntilMs);
  }

  /** A call failed. Returns the milliseconds until the next try. */
  failed(severity: ReadSeverity, nowMs: number, random: Random): number {
    this.#failures += 1;
    this.#narrow(nowMs);
    // Once a spell: one large page of another reader has calls refused for seconds.
    if (severity === 'throttled' && this.#throttles++ === 0)
      this.#gapMs = Math.min(widestGapMs, 2 * this.#gapMs);
    this.#notBeforeMs = nowMs + fullJitterMs(this.#failures, backoff[severity], random);
    return this.waitMs(nowMs);
  }

  /** GetRecords was not answered in time. */
  timedOut(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }

  #narrow(nowMs: number): void {
    const share = 0.5 ** ((nowMs - this.#gapAtMs) / gapHalvesInMs);
    this.#gapMs = leastGapMs + (this.#gapMs - leastGapMs) * share;
    this.#gapAtMs = nowMs;
  }
}
