/**
 * The size of a buffer for `bytes` that is to be used again: `steps` sizes for each power of two, close to what is asked for, and
 * few enough to be asked for again.
 */
export function bufferSize(bytes: number, smallestBytes: number, steps: number): number {
  if (bytes <= smallestBytes) return smallestBytes;
  const stepBytes = 2 ** Math.floor(Math.log2(bytes)) / steps;
  return Math.ceil(bytes / stepBytes) * stepBytes;
}
