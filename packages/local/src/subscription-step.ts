import type { _Record } from '@aws-sdk/client-kinesis';
import { millisBehind, readPage } from './record-page.js';
import { formatSequenceNumber } from './sequence-number.js';
import { type ChildShardDescription, describeChildren, type Shard } from './shard.js';

/** One event of a subscription, in the SDK's form. */
export interface ShardEvent {
  readonly Records: readonly _Record[];
  /** Where to go on; absent at the end of the shard. */
  readonly ContinuationSequenceNumber?: string;
  readonly MillisBehindLatest: number;
  /** Only at the end of the shard. */
  readonly ChildShards?: readonly ChildShardDescription[];
}

/** How far a subscription has come. */
export interface SubscriptionPlace {
  readonly position: number;
  /** Arrival of the record before, or where the subscription began: gaps in time are measured from here. */
  readonly timeMs: number;
  /** No event before this: the one before was so large. */
  readonly blockedUntilMs: number;
  /** An event without records is due here, unless there are some. */
  readonly idleAtMs: number;
}

/** What a subscription goes by, whatever its place. */
export interface SubscriptionRules {
  readonly bytesPerSecond: number;
  /** So long without records, an event without records tells that the shard is alive. */
  readonly idleEventMs: number;
  readonly emptyPageGapMs: number;
  readonly expiresAtMs: number;
}

/** What a subscription does next. */
export type SubscriptionStep =
  | { readonly kind: 'event'; readonly event: ShardEvent; readonly place: SubscriptionPlace }
  /** Nothing before `untilMs`, unless the shard changes. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'over' };

/** Data plus partition keys in one event. The service documents none; an event of one record may be larger. */
const eventMaxBytes = 1_048_576;
const eventMaxRecords = 10_000;

/** What a subscription that stands at `place` in `shard` does at `now`. An event is told once `place` is its result's. */
export function nextStep(
  shard: Shard,
  place: SubscriptionPlace,
  rules: SubscriptionRules,
  now: number,
): SubscriptionStep {
  if (now >= rules.expiresAtMs) return { kind: 'over' };
  // Less than a millisecond holds nothing back: it is kept as a debt, so that small events lose no time to rounding.
  if (place.blockedUntilMs - now >= 1) return wait(place.blockedUntilMs, rules);
  const { emptyPageGapMs } = rules;
  const bounds = { maxRecords: eventMaxRecords, maxBytes: eventMaxBytes, emptyPageGapMs, now };
  const page = readPage(shard.log, place, bounds);
  const isEnd = shard.closedAtMs !== undefined && page.position >= shard.log.end;
  const isGap = page.records.length === 0 && page.position < shard.log.end;
  if (page.records.length === 0 && !isEnd && !isGap && now < place.idleAtMs)
    return wait(place.idleAtMs, rules);
  const blockedMs = (page.bytes / rules.bytesPerSecond) * 1_000;
  const event: ShardEvent = {
    Records: page.records,
    MillisBehindLatest: millisBehind(shard.log, page.position, now),
    ...(isEnd
      ? { ChildShards: describeChildren(shard) }
      : { ContinuationSequenceNumber: continuationOf(shard, page) }),
  };
  return {
    kind: 'event',
    event,
    place: {
      position: page.position,
      timeMs: page.timeMs,
      blockedUntilMs: Math.max(now, place.blockedUntilMs) + blockedMs,
      idleAtMs: now + rules.idleEventMs,
    },
  };
}

function wait(untilMs: number, { expiresAtMs }: SubscriptionRules): SubscriptionStep {
  return { kind: 'wait', untilMs: Math.min(untilMs, expiresAtMs) };
}

/** The last record's number; without records one that lies between the records before and those after. */
function continuationOf(shard: Shard, page: ReturnType<typeof readPage>): string {
  const last = page.records.at(-1)?.SequenceNumber;
  return last ?? formatSequenceNumber(shard.prefix, page.position, Math.floor(page.timeMs));
}
