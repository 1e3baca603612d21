import type { EntryQueue } from './entry-queue.js';
import type { RecordMemory } from './record-memory.js';
import { regroup } from './regroup.js';

/** What of a lane is needed to cut up what stands first in it. */
export interface CutLane {
  readonly queue: EntryQueue;
  readonly memory: RecordMemory;
  /** 0 where records do not share aggregates. */
  readonly aggregateBytes: number;
  readonly maxRecordBytes: number;
}

/**
 * Where the members of what stands first go each by itself, makes entries of the first `most` of them; the others stay together. No
 * sooner than they can go: entries of single records take some times the memory of an aggregate (P2). Throws where there is no
 * memory for that: it waits on, whole.
 */
export function cutFirst({ queue, memory, aggregateBytes, maxRecordBytes }: CutLane, most: number): void {
  const { first } = queue;
  if (!first?.goesAlone) return;
  let position = 0;
  const rules = {
    memory,
    groupOf: () => (position++ < most ? 'alone' : 'together'),
    aggregateBytes: (group: string) => (group === 'together' ? first.dataBytes : Math.min(1, aggregateBytes)),
    maxRecordBytes: () => maxRecordBytes,
  };
  let parts = queue.takeWhile((entry) => entry === first);
  try {
    parts = [...regroup([first], rules).values()].flat();
  } finally {
    queue.unshift(parts);
  }
}
