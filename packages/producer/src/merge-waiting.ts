import type { Entry } from './entry.js';
import type { Lane } from './lane.js';
import { regroup } from './regroup.js';

/** Aggregates grow to what flows in during this many round trips. */
export const roundTripsGrown = 2;

/**
 * Joins the aggregates at the head of an ordered lane, up to the size that its round trip calls for. What was sealed before the
 * round trip was known, or while it was shorter, would else go one small aggregate at a time: a backlog would hold the lane
 * below its rate for as long as it lasts (P5). What holds what flows in during a round trip is large enough, and what was sent
 * before keeps its bytes.
 */
export function mergeWaiting(lane: Lane): void {
  const { queue, growBytes, aggregateBytes } = lane;
  if (!lane.ordered || aggregateBytes === 0 || growBytes <= aggregateBytes) return;
  if ((queue.first?.bytes ?? 0) * roundTripsGrown >= growBytes) return;
  let bytes = 0;
  const head = queue.takeWhile((entry) => {
    bytes += entry.bytes;
    return (
      bytes <= growBytes && isUnsentAggregate(entry) && entry.members.epoch === queue.first?.members.epoch
    );
  });
  queue.unshift(head.length < 2 ? head : joined(head, lane));
}

function joined(entries: readonly Entry[], lane: Lane): readonly Entry[] {
  try {
    const groups = regroup(entries, {
      memory: lane.memory,
      groupOf: () => 'joined',
      aggregateBytes: () => lane.growBytes,
      maxRecordBytes: () => lane.maxRecordBytes,
    });
    return groups.get('joined') ?? [];
  } catch {
    // No memory: they go one at a time, which is no worse than before.
    return entries;
  }
}

function isUnsentAggregate(entry: Entry): boolean {
  return entry.aggregated && entry.attempts.length === 0 && !entry.mayBeStored && !entry.goesAlone;
}
