/** How the buffers that wait for the next records share the bound on outstanding bytes (P2). */
export interface MemoryShares {
  /** Set aside for encoders, and as much again for request bodies: records never get it. */
  readonly setAsideBytes: number;
  /** What either may be while nobody waits for memory. */
  readonly maxIdleBytes: number;
  /** Most that what one unfinished `putMany` knows of its records counts. */
  readonly callBytes: number;
}

/** The shares of a bound. What is set aside is half of it at most: the gate counts on that. */
export function memoryShares(maxOutstandingBytes: number): MemoryShares {
  return {
    setAsideBytes: maxOutstandingBytes / 8,
    maxIdleBytes: maxOutstandingBytes / 4,
    callBytes: maxOutstandingBytes / 8,
  };
}
