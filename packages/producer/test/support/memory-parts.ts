import type { RecordMemoryParts } from '../../src/record-memory.js';

/** For a memory that keeps no encoder unless `parts` say so, and that nobody waits for. */
export function memoryParts(parts: Partial<RecordMemoryParts> = {}): RecordMemoryParts {
  return { hold() {}, setAsideBytes: 0, maxIdleBytes: 0, isContended: () => false, ...parts };
}
