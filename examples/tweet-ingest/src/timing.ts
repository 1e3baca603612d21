import { setImmediate, setTimeout } from 'node:timers/promises';

/** Time as this example needs it, so that tests can give their own. */
export interface Timing {
  /** Milliseconds since an arbitrary start; never falls. */
  nowMs(): number;
  /** Resolves after `delayMs`, or at once when `signal` fires. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Lets everything else that is ready run first: a loop that never does keeps answers from being read. */
  turn(): Promise<void>;
}

/** The machine's own time. */
export const machineTiming: Timing = Object.freeze({
  nowMs: () => performance.now(),
  async sleep(delayMs: number, signal: AbortSignal) {
    try {
      await setTimeout(delayMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
  turn: () => setImmediate(),
});
