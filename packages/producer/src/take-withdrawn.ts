import type { Entry } from './entry.js';
import type { Lane } from './lane.js';
import type { Sink } from './sink.js';

/**
 * Takes out of a lane the records of `sinks` that wait as entries of their own and were never sent, and leaves the others in order.
 * What is in an aggregate stays: to cut it out would cost its neighbours. So does what was sent: it may be stored.
 */
export function takeWithdrawn(lane: Lane, sinks: ReadonlySet<Sink>): readonly Entry[] {
  return lane.queue.takeWhere((entry) => {
    const [sink] = entry.members.sinks;
    return !entry.aggregated && entry.attempts.length === 0 && sink !== undefined && sinks.has(sink);
  });
}
