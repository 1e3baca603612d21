import { Gate, type GateLimits } from '../../src/gate.js';
import type { RefusedRecord } from '../../src/kept-room.js';

/** For a gate whose turn of the event loop is never over. */
export const notYet = { afterTurn: () => ({ cancel() {} }) };

/** A record for which there was no room. */
export const refused = (bytes: number, orderKey = 'key'): RefusedRecord => ({ bytes, orderKey });

/** Resolves when `gate` tells of room for a record of `bytes`. */
export function roomAt(gate: Gate, bytes: number): Promise<void> {
  return new Promise((told) => void gate.room(refused(bytes), told));
}

export const limits: GateLimits = { maxRecords: 3, maxBytes: 100, maxWaiting: 4 };

/** A gate, and how often it said that it is full. */
export function makeGate(facts: Partial<GateLimits> = {}, setAsideBytes = 0) {
  const told = { full: 0, shrunk: 0, reclaimed: 0 };
  const gate = new Gate(
    { ...limits, ...facts },
    {
      onFull: () => {
        told.full += 1;
      },
      shrink: () => {
        told.shrunk += 1;
      },
      reclaim: () => {
        told.reclaimed += 1;
      },
      setAsideBytes: () => setAsideBytes,
      ...notYet,
    },
  );
  return { gate, told };
}

/** A full gate: three records of 10 bytes. */
export function fullGate() {
  const made = makeGate();
  for (let count = 0; count < 3; count += 1) made.gate.tryEnter(10);
  return made;
}

/** The same, with turns of the event loop that end when told. */
export function gateWithTurns() {
  const turns: (() => void)[] = [];
  const gate = new Gate(limits, {
    onFull() {},
    shrink() {},
    reclaim() {},
    setAsideBytes: () => 0,
    afterTurn: (run) => {
      turns.push(run);
      return { cancel: () => void turns.splice(turns.indexOf(run), 1) };
    },
  });
  for (let count = 0; count < 3; count += 1) gate.tryEnter(10);
  return { gate, endTurn: () => turns.shift()?.(), pending: () => turns.length };
}

export function watch(promise: Promise<void>): { done: boolean } {
  const seen = { done: false };
  void promise.then(() => {
    seen.done = true;
  });
  return seen;
}
