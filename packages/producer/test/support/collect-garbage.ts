import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage for real, after a turn of the event loop: a WeakRef keeps its target to the end of the job. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Files share a process.
  setFlagsFromString('--no-expose-gc');
  await nextTurn();
  collect();
}
