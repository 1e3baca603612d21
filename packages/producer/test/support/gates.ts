import type { Gate } from '../../src/gate.js';

/** For a gate whose turn of the event loop is never over. */
export const notYet = { afterTurn: () => ({ cancel() {} }) };

/** Resolves when `gate` tells of room for a record of `bytes`. */
export function roomAt(gate: Gate, bytes: number): Promise<void> {
  return new Promise((told) => void gate.room(bytes, told));
}
