import type { Entry } from '../../src/entry.js';
import type { SealReason } from '../../src/events.js';
import { Lane, type LaneRules } from '../../src/lane.js';
import { RateLimiter } from '../../src/rate-limiter.js';
import { RecordMemory } from '../../src/record-memory.js';
import type { ShardRange } from '../../src/shard-map.js';
import { memoryParts } from './memory-parts.js';
import { evenShards } from './shards.js';

/** What a test may choose of a lane. */
export interface LaneFacts extends Partial<Omit<LaneRules, 'ordered'>> {
  readonly ordered?: boolean;
  readonly range?: ShardRange | undefined;
  readonly limiter?: RateLimiter;
}

/** A sealing that a lane told of. */
export interface Sealing {
  readonly entry: Entry;
  readonly reason: SealReason;
}

/** A limiter that lets everything through. */
export function freeLimiter(): RateLimiter {
  return new RateLimiter({ recordsPerSecond: 1e12, bytesPerSecond: 1e12, maxShare: 1 }, 0);
}

/** Memory that nobody counts. */
export function freeMemory(): RecordMemory {
  return new RecordMemory(memoryParts({ maxIdleBytes: 1_000_000 }));
}

/** A lane over one shard of a stream, unless told otherwise, and what it tells. */
export function makeLane(facts: LaneFacts = {}): { readonly lane: Lane; readonly sealings: Sealing[] } {
  const { limiter, ordered = true, ...rules } = facts;
  const sealings: Sealing[] = [];
  const range = 'range' in facts ? facts.range : evenShards(1)[0];
  const shardRate = { recordsPerSecond: 1_000, bytesPerSecond: 1_048_576, maxShare: 1 };
  const lane = new Lane(range, limiter ?? new RateLimiter(shardRate, 0), {
    aggregates: range !== undefined,
    aggregateBytes: 51_200,
    maxRecordBytes: () => 1_048_576,
    memory: freeMemory(),
    ordered: () => ordered,
    onSealed: (_lane, entry, reason) => void sealings.push({ entry, reason }),
    ...rules,
  });
  return { lane, sealings };
}
