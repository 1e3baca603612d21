import { setImmediate } from 'node:timers/promises';

/** Part of the bound by which the whole process may grow beyond it. */
export const ALLOWANCE = 0.2;
/** Part of the bound that must have been in use: what was never full proves nothing. */
const LEAST_USED = 0.9;

/** What growth is judged by. */
export interface GrowthFacts {
  /** Most by which the process grew over what it held when idle. */
  readonly grownBytes: number;
  /** What it may hold by its options. */
  readonly boundBytes: number;
  /** Most that the producer said it holds, as a part of its bound in bytes or in records. */
  readonly usedShare: number;
}

/** What does not hold; undefined where the growth is within the bound. */
export function brokenBound({ grownBytes, boundBytes, usedShare }: GrowthFacts): string | undefined {
  if (!(usedShare >= LEAST_USED))
    return `only ${(usedShare * 100).toFixed(0)} % of the bound was ever in use`;
  const most = boundBytes * (1 + ALLOWANCE);
  if (grownBytes <= most) return undefined;
  return `grew by ${megabytes(grownBytes)} MB, ${(grownBytes / boundBytes).toFixed(2)} of the bound of ${megabytes(boundBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/**
 * What the process holds once all that nobody refers to is collected: objects, and memory outside of the heap, of which
 * ArrayBuffers are a part. Needs `--expose-gc`.
 */
export async function heldBytes(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('the memory case needs node --expose-gc');
  // A second time: what the first found of ArrayBuffers is freed aside, and what has a finalizer outlives it.
  for (let round = 0; round < 2; round++) {
    await setImmediate();
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
