import type { Clock, Random } from '@shardline/core';
import { type BackoffPolicy, delay, fullJitterMs } from '@shardline/core/internal';
import type { CoordinationTask } from './events.js';

/** Pauses before the store is asked again. */
const storeBackoff: BackoffPolicy = { baseMs: 200, capMs: 5_000 };

/** What {@link untilStored} needs from outside. */
export interface UntilStoredParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly onFailure: (task: CoordinationTask, error: unknown) => void;
}

/**
 * Makes a write until it is answered, after growing pauses, telling of each failure. False once `over` has fired, or when
 * `isFinal` says of an error that no further try can mend it: that one is not told.
 */
export async function untilStored(
  parts: UntilStoredParts,
  task: CoordinationTask,
  write: () => Promise<void>,
  over: AbortSignal,
  isFinal: (error: unknown) => boolean,
): Promise<boolean> {
  const { clock, random, onFailure } = parts;
  for (let attempt = 1; !over.aborted; attempt += 1) {
    try {
      await write();
      return true;
    } catch (error) {
      if (isFinal(error)) return false;
      onFailure(task, error);
      await delay(clock, fullJitterMs(attempt, storeBackoff, random), over);
    }
  }
  return false;
}
