import type { Random } from './random.js';

/** The shape of a capped exponential back-off. */
export interface BackoffPolicy {
  /** Upper bound of the first delay, in milliseconds. */
  readonly baseMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly capMs: number;
}

/**
 * The delay before attempt `attempt + 1`, `attempt` counting the failures so far from 1: full jitter, that is
 * uniform in [0, min(capMs, baseMs × 2^(attempt − 1))). Spreads retries of many producers better than a fixed
 * delay with a little noise (Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
 */
export function fullJitterMs(attempt: number, policy: BackoffPolicy, random: Random): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return random.next() * ceiling;
}
