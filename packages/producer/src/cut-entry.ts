import type { Entry } from './entry.js';
import type { Lane } from './lane.js';
import { type Regrouping, regroup } from './regroup.js';

/** Each member as an entry of its own, in put order; inside an aggregate of one where its data would be taken for one. */
export function alone(lane: Lane, entry: Entry): readonly Entry[] {
  const bytes = lane.aggregateBytes > 0 ? 1 : 0;
  return cut(lane, entry, () => 'all', bytes);
}

/**
 * An aggregate that grew and was throttled goes on in two parts, until it is as small as without growing: beside the small entries
 * of others, which come more often, a large one might find room at its shard never (P5).
 */
export function halves(lane: Lane, entry: Entry): readonly Entry[] {
  const { aggregated, dataBytes, members } = entry;
  if (!aggregated || members.count === 1 || dataBytes <= lane.aggregateBytes) return [entry];
  try {
    return cut(lane, entry, halfOf(members.payloadBytes), dataBytes);
  } catch {
    // No memory: it goes on whole, which is no worse than before.
    return [entry];
  }
}

/**
 * The half that a record's middle is in: of two records or more some are in each, however their sizes differ. No bound on the
 * bytes of a part does that: keys of both parts stand in both, and a third part would cost a round trip.
 */
function halfOf(payloadBytes: number): Regrouping<string>['groupOf'] {
  let beforeBytes = 0;
  return (_hash, _putAtMs, bytes) => {
    const middle = beforeBytes + bytes / 2;
    beforeBytes += bytes;
    return middle < payloadBytes / 2 ? 'first' : 'second';
  };
}

/** Groups come out in the order of their first records. */
function cut(
  lane: Lane,
  entry: Entry,
  groupOf: Regrouping<string>['groupOf'],
  bytes: number,
): readonly Entry[] {
  const groups = regroup([entry], {
    memory: lane.memory,
    groupOf,
    aggregateBytes: () => bytes,
    maxRecordBytes: () => lane.maxRecordBytes,
  });
  return [...groups.values()].flat();
}
