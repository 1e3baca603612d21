import type { Clock } from '@shardline/core';

/** A moment on both clocks of a machine. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Now, on both clocks. */
export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonic(), wallMs: clock.now() };
}

/**
 * Time since `moment`, in milliseconds: by the clock that says more (N2). The monotonic one may stand still while a machine is
 * suspended, the wall clock may be set back; taking the larger errs towards giving a lease up.
 */
export function elapsedMs(moment: Moment, clock: Clock): number {
  return Math.max(clock.monotonic() - moment.monotonicMs, clock.now() - moment.wallMs);
}

/**
 * How long after sending the last write that was answered a worker may go on with a lease, in milliseconds. Others wait for
 * `failoverMs` from when they saw that write, which is later; the margin is for clocks that run unevenly.
 */
export function fenceMs(failoverMs: number): number {
  return failoverMs - Math.max(failoverMs * 0.1, 300);
}
