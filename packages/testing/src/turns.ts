import { setImmediate } from 'node:timers';

/** Taken when the module is loaded: in CommonJS fake timers replace what `node:timers` itself exports. */
const askForTurn = setImmediate;

/** Most turns asked of the event loop at once. From 32 up, a turn costs about a tenth of one asked for singly. */
const maxTurnsAhead = 64;

/**
 * Calls `step` again and again until it answers false, letting everything that is ready run before each call: promise
 * jobs and `process.nextTick` callbacks, and whatever those queue in turn, to any depth.
 *
 * Node empties both queues between two callbacks of one batch of immediates, so turns are asked for in batches: the
 * event loop is polled once a batch instead of once a step. The immediates come from the module, not the global, so
 * that fake timers which a test installs leave them alone.
 */
export function eachTurn(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let ended = false;
    let turnsAhead = 0;
    let batch = 1;
    const turn = () => {
      turnsAhead -= 1;
      if (ended) return;
      try {
        if (!step()) {
          ended = true;
          resolve();
        }
      } catch (error) {
        ended = true;
        reject(error);
      }
      if (!ended && turnsAhead === 0) askForTurns();
    };
    const askForTurns = () => {
      for (turnsAhead = 0; turnsAhead < batch; turnsAhead += 1) askForTurn(turn);
      batch = Math.min(batch * 2, maxTurnsAhead);
    };
    askForTurns();
  });
}
