import type { DeliveryVerdict } from '@shardline/testing';
import type { Timing } from '../timing.js';

/** What {@link drain} goes by. */
export interface DrainOptions {
  readonly timing: Pick<Timing, 'nowMs' | 'sleep'>;
  /** Deliveries so far. */
  readonly delivered: () => number;
  /** Whether the workers, by what they said after that time, have nothing left to read. */
  readonly haveCaughtUp: (sinceMs: number) => boolean;
  /** What the ledgers say. Costly: all of them are read. */
  readonly judge: () => Promise<DeliveryVerdict>;
  /** How long the workers may deliver nothing new before the rest is given up. */
  readonly patienceMs: number;
}

const lookEveryMs = 250;

/**
 * Waits until everything that was accepted is delivered: the workers say when it may be so, the ledgers decide. A slow machine may
 * take its time as long as it gets on.
 */
export async function drain(options: DrainOptions): Promise<void> {
  const { timing, haveCaughtUp, judge, patienceMs } = options;
  const { signal } = new AbortController();
  const startMs = timing.nowMs();
  let progress = { delivered: options.delivered(), atMs: startMs };
  let judged: number | undefined;
  while (timing.nowMs() - progress.atMs <= patienceMs) {
    await timing.sleep(lookEveryMs, signal);
    const delivered = options.delivered();
    if (delivered !== progress.delivered) progress = { delivered, atMs: timing.nowMs() };
    if (delivered === judged || !haveCaughtUp(startMs)) continue;
    judged = delivered;
    if ((await judge()).lost === 0) return;
  }
}
