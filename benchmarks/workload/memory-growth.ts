import { setImmediate } from 'node:timers/promises';

/** Part of the bound by which the whole process may grow beyond it. */
export const ALLOWANCE = 0.2;

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
  const most = boundBytes * (1 + ALLOWANCE);
  if (grownBytes <= most) return undefined;
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

/** What the process holds once all that nobody refers to is collected. Needs `--expose-gc`. */
export async function heldNow(): Promise<Held> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('the memory case needs node --expose-gc');
  // A second time: what the first found of ArrayBuffers is freed aside, and what has a finalizer outlives it.
  for (let round = 0; round < 2; round++) {
    await setImmediate();
    gc();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers, nativeBytes: external - arrayBuffers };
}
