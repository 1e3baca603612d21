import { setTimeout } from 'node:timers/promises';

/** Part of the bound by which the whole process may grow beyond it. */
const ALLOWANCE = 0.2;

export function mostGrowth(boundBytes: number): number {
  return boundBytes * (1 + ALLOWANCE);
}

/** What growth is judged by. */
export interface GrowthFacts {
  /** Most by which the process grew over what it held when idle. */
  readonly grownBytes: number;
  /** What it may hold by its options. */
  readonly boundBytes: number;
  /** Turns of the application in which there was no room: what was never full proves nothing. */
  readonly fullTurns: number;
}

/** What does not hold; undefined where the growth is within the bound. */
export function brokenBound({ grownBytes, boundBytes, fullTurns }: GrowthFacts): string | undefined {
  if (!(fullTurns > 0)) return 'the producer was never full';
  if (grownBytes <= mostGrowth(boundBytes)) return undefined;
  return `grew by ${megabytes(grownBytes)} MB, ${(grownBytes / boundBytes).toFixed(2)} of the bound of ${megabytes(boundBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** What a process holds, by where it is. */
export interface Held {
  readonly heapBytes: number;
  /** Of ArrayBuffers, Buffers among them. */
  readonly bufferBytes: number;
  /** Of what Node keeps for objects besides: what TLS has yet to write, above all. */
  readonly nativeBytes: number;
}

export function bytesOf({ heapBytes, bufferBytes, nativeBytes }: Held): number {
  return heapBytes + bufferBytes + nativeBytes;
}

export function grownBy(now: Held, before: Held): Held {
  return {
    heapBytes: now.heapBytes - before.heapBytes,
    bufferBytes: now.bufferBytes - before.bufferBytes,
    nativeBytes: now.nativeBytes - before.nativeBytes,
  };
}

/**
 * The least that is found in some looks, the next of which is taken only after more than `enough`: what is gone a moment later, like TLS's
 * copy of a body that is being written, was no growth.
 */
export async function lastingGrowth(look: () => Promise<Held>, looks: number, enough: number): Promise<Held> {
  let least = await look();
  for (let taken = 1; taken < looks && bytesOf(least) > enough; taken++) {
    const next = await look();
    if (bytesOf(next) < bytesOf(least)) least = next;
  }
  return least;
}

/** Collections until nothing more is found, at most. */
const MOST_ROUNDS = 8;
/** What a round may find that is no sign of more: the code that measures makes garbage, too. */
const SETTLED_BYTES = 100_000;

/**
 * What the process holds once all that nobody refers to is collected: what a collection finds of ArrayBuffers is freed by another thread,
 * and what has a finalizer outlives it, so that one is not enough. Needs `--expose-gc`.
 */
export async function heldNow(): Promise<Held> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('the memory case needs node --expose-gc');
  let held = collected(gc);
  for (let round = 1; round < MOST_ROUNDS; round++) {
    await setTimeout(1);
    const next = collected(gc);
    const isSettled = round > 1 && bytesOf(next) > bytesOf(held) - SETTLED_BYTES;
    held = next;
    if (isSettled) break;
  }
  return held;
}

function collected(gc: () => void): Held {
  gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers, nativeBytes: external - arrayBuffers };
}
