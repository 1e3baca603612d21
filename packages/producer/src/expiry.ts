import type { Entry } from './entry.js';
import type { Lane } from './lane.js';
import { regroup } from './regroup.js';

/**
 * Takes out of a lane every record that was put `recordTtlMs` ago or longer, as entries of their own, and leaves the others in
 * order. Acts between attempts only, before each and once in a while: what is in flight is not touched. Where an aggregate is
 * cut, a put counts from the beginning of its millisecond: it may end that much early, and never a whole one.
 */
export function takeExpired(lane: Lane, nowMs: number, recordTtlMs: number): readonly Entry[] {
  const diedMs = nowMs - recordTtlMs;
  const expired: Entry[] = [];
  const kept: Entry[] = [];
  for (const entry of lane.takePutBy(diedMs)) {
    const { newestPutAtMs, oldestPutAtMs } = entry.members;
    if (oldestPutAtMs > diedMs) kept.push(entry);
    else if (newestPutAtMs <= diedMs) expired.push(entry);
    else {
      const parts = parted(lane, entry, diedMs);
      expired.push(...parts.expired);
      kept.push(...parts.kept);
    }
  }
  lane.queue.unshift(kept);
  return expired;
}

function parted(lane: Lane, entry: Entry, diedMs: number) {
  try {
    const groups = regroup([entry], {
      memory: lane.memory,
      groupOf: (_hash, putAt) => (putAt <= diedMs ? 'expired' : 'kept'),
      aggregateBytes: () => lane.aggregateBytes,
      maxRecordBytes: () => lane.maxRecordBytes,
    });
    return { expired: groups.get('expired') ?? [], kept: groups.get('kept') ?? [] };
  } catch {
    // No memory: it stays together, until its newest record has expired as well.
    return { expired: [], kept: [entry] };
  }
}
