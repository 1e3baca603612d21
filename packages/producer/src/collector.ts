import type { Entry } from './entry.js';
import type { RunLimits } from './entry-queue.js';
import type { Lane } from './lane.js';

/** The entries of one lane in a request. */
export interface RequestPart {
  readonly lane: Lane;
  readonly entries: readonly Entry[];
}

/** What one request may hold, and how long lanes wait for company. */
export interface CollectRules {
  readonly maxEntries: number;
  /** A single larger entry goes alone. */
  readonly maxBytes: number;
  /** Longest wait of what is full for others to share its request. */
  readonly collectMs: number;
}

/** When to look again whether there is memory. */
const memoryAgainMs = 100;

/** The next request, or when to look again. */
export interface Collected {
  readonly parts: readonly RequestPart[];
  /** Earliest time at which a lane that has to wait may send; infinite when only an answer or a put changes anything. */
  readonly wakeAtMs: number;
}

/**
 * Gathers the lanes that are due, may send and have tokens into one request, first due first served. A request costs the client
 * more than an entry does: while others are in flight, what is full waits a little for company; while none is, an aggregate waits
 * until as long after the last one left, since under load the next are about to fill. After a pause it goes at once, and so does a
 * single record, whose lane may have no other to come.
 *
 * `quietSinceMs` is when the last request left, where none is in flight; infinite while one is.
 */
export function collect(
  due: Iterable<Lane>,
  nowMs: number,
  rules: CollectRules,
  quietSinceMs: number,
): Collected {
  const ready: Lane[] = [];
  let wakeAtMs = Number.POSITIVE_INFINITY;
  let readyBytes = 0;
  let goAtMs = Number.POSITIVE_INFINITY;
  for (const lane of due) {
    const waitMs = untilReadyMs(lane, nowMs);
    if (waitMs > 0) {
      wakeAtMs = Math.min(wakeAtMs, nowMs + waitMs);
      continue;
    }
    ready.push(lane);
    readyBytes += lane.nextBytes;
    const isSingle = lane.queue.first?.aggregated === false;
    const sinceMs = Math.min(lane.dueSinceMs ?? nowMs, quietSinceMs);
    const waits = !lane.urgent && !(isSingle && quietSinceMs < Number.POSITIVE_INFINITY);
    goAtMs = Math.min(goAtMs, waits ? sinceMs + rules.collectMs : nowMs);
  }
  if (ready.length === 0) return { parts: [], wakeAtMs };
  if (goAtMs > nowMs && readyBytes < rules.maxBytes)
    return { parts: [], wakeAtMs: Math.min(wakeAtMs, goAtMs) };
  const parts = fill(ready, nowMs, rules);
  // Where nothing goes there was no memory, and no answer will come after which to look again.
  return { parts, wakeAtMs: parts.length > 0 ? wakeAtMs : Math.min(wakeAtMs, nowMs + memoryAgainMs) };
}

/** How long a lane has to wait before it may send; infinite where time alone does not change that. */
export function untilReadyMs(lane: Lane, nowMs: number): number {
  if (!lane.maySend || !lane.isDue) return Number.POSITIVE_INFINITY;
  return Math.max(lane.notBeforeMs - nowMs, lane.limiter.waitMs(lane.nextBytes, nowMs));
}

function fill(ready: readonly Lane[], nowMs: number, rules: CollectRules): RequestPart[] {
  const parts: RequestPart[] = [];
  let maxEntries = rules.maxEntries;
  let taken = 0;
  let bytes = 0;
  for (const lane of ready) {
    const companions = lane.queue.first?.maxCompanions ?? Number.POSITIVE_INFINITY;
    const fits = taken === 0 || bytes + lane.nextBytes <= rules.maxBytes;
    if (!fits || taken >= Math.min(companions, maxEntries)) continue;
    const entries = takeFrom(lane, parts, nowMs, {
      maxEntries: Math.min(companions, maxEntries) - taken,
      maxBytes: Math.max(rules.maxBytes - bytes, lane.nextBytes),
      taken,
      ordered: lane.ordered,
      admit(entryBytes) {
        if (lane.limiter.waitMs(entryBytes, nowMs) > 0) return false;
        lane.limiter.take(entryBytes, nowMs);
        return true;
      },
    });
    if (entries.length === 0) continue;
    parts.push({ lane, entries });
    for (const entry of entries) {
      taken += 1;
      bytes += entry.bytes;
      maxEntries = Math.min(maxEntries, entry.maxCompanions);
    }
  }
  return parts;
}

/** A lane that fails must not take with it what goes already: it comes first in the next request, where its error comes to light. */
function takeFrom(
  lane: Lane,
  parts: readonly RequestPart[],
  nowMs: number,
  limits: RunLimits,
): readonly Entry[] {
  try {
    return lane.take(limits);
  } catch (error) {
    // What there is no memory to cut up waits for it, whole.
    if (lane.queue.first?.goesAlone) lane.notBeforeMs = nowMs + memoryAgainMs;
    else if (parts.length === 0) throw error;
    return [];
  }
}
