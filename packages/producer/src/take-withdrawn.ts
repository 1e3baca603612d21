import type { Entry } from './entry.js';
import type { Lane } from './lane.js';
import type { Sink } from './sink.js';

/**
 * Takes out of a lane the records of `sinks` that wait as entries of their own and were never sent, and leaves the others in order.
 * What is in an aggregate stays: to cut it out would cost its neighbours. So does what was sent: it may be stored.
 */
export function takeWithdrawn(lane: Lane, sinks: ReadonlySet<Sink>): readonly Entry[] {
  const withdrawn: Entry[] = [];
  const kept: Entry[] = [];
  for (const entry of lane.queue.drain()) {
    const [sink] = entry.members.sinks;
    const isFresh = !entry.aggregated && entry.attempts.length === 0;
    if (isFresh && sink && sinks.has(sink)) withdrawn.push(entry);
    else kept.push(entry);
  }
  lane.queue.unshift(kept);
  return withdrawn;
}
