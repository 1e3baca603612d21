import { RecordMemory } from '../../src/record-memory.js';
import { memoryParts } from './memory-parts.js';

/** A memory that has none: no aggregate can be begun. */
export function noMemory(): RecordMemory {
  const memory = new RecordMemory(memoryParts());
  memory.take = () => {
    throw new RangeError('Array buffer allocation failed');
  };
  return memory;
}
