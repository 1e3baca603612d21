import type { Clock, Random } from '@shardline/core';
import { faultKindOf, fullJitterMs, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { AnswerAttempts, type EntryAttempt } from './answer-attempts.js';
import type { RequestPart } from './collector.js';
import { alone, halves } from './cut-entry.js';
import type { Entry } from './entry.js';
import type { RetryError, RetryReason } from './events.js';
import type { EntryAnswer } from './kinesis-api.js';
import { isNamesake, type LandingFacts, notAcknowledged, verdictOn } from './landing.js';
import type { Lane } from './lane.js';
import { mergeWaiting, roundTripsGrown } from './merge-waiting.js';
import { isLasting, mayHaveStored, putFailed } from './refusal.js';
import type { SentRequest } from './sender.js';
import { isLower } from './sequence-number.js';
import type { FailureOf, Landing } from './settled-entry.js';
import type { ShardRange } from './shard-map.js';
import type { Located } from './shard-maps.js';

/** What a {@link Settler} needs from outside. */
export interface SettlerParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Most bytes to which an aggregate may grow. */
  readonly maxAggregateBytes: number;
  /** The entry is over. */
  readonly finish: (lane: Lane, entry: Entry, end: Landing | FailureOf) => void;
  /** These go again, before everything else of their lane. */
  readonly putBack: (lane: Lane, entries: readonly Entry[]) => void;
  /** Says that entries go again, and why. */
  readonly onRetry: (lane: Lane, entries: readonly Entry[], reason: RetryReason, error: RetryError) => void;
  /** Finds a shard in a map fetched after now; `earlierId` is one made before it. A record put at `putAtMs` must not expire over it. */
  readonly locate: (shardId: string, earlierId: string, putAtMs?: number) => Promise<Located>;
  /** A shard that the map does not know took a record. */
  readonly onUnknownShard: (shardId: string) => void;
  /** An aggregate landed elsewhere though its shard is open: the stream places records itself (P4). */
  readonly onPlacedElsewhere: () => void;
  readonly onOrderInverted: (shardId: string) => void;
  /** Whether the stream may be another one than the map shows: landings are judged by a newer map. */
  readonly isMapInDoubt: () => boolean;
  readonly onStreamNotFound: () => void;
  /** Nothing of the lane is in flight for this request any more. */
  readonly onLaneFree: (lane: Lane) => void;
}

/** A request that is over, as far as a part of it is concerned. */
interface Ended extends EntryAttempt {
  /** Entries in all its parts. */
  readonly entryCount: number;
  /** Drawn once, so that lanes which failed together go again together: a request each would be many more requests. */
  readonly jitter: Random;
}

/**
 * Most of its rate that an aggregate may stand for: half a second, as much as the limiter lets go at once. A shard that counts by
 * the second must have saved up for the whole of an entry when it comes: a larger one is refused when it is only a little early.
 */
const growAtMostMs = 500;
/** Back-off of a lane after failed requests in a row. */
const laneBackoff = Object.freeze({ baseMs: 50, capMs: 2_000 });

/** Decides what becomes of every entry of a request that is over: stored, failed, or again (P1, P4, P7). */
export class Settler {
  readonly #parts: SettlerParts;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** Settles or puts back every entry of `sent`. */
  settle(sent: SentRequest): void {
    const { parts, end, sentMs, endMs } = sent;
    const entryCount = parts.reduce((sum, part) => sum + part.entries.length, 0);
    const fault =
      end.fault ??
      (end.answers.length === entryCount ? undefined : miscounted(end.answers.length, entryCount));
    const drawn = this.#parts.random.next();
    const jitter = { next: () => drawn };
    let at = 0;
    try {
      for (const part of parts) {
        const ended = { sentMs, endMs, attempts: new AnswerAttempts(), entryCount, jitter };
        if (fault) this.#refused(part, fault, ended);
        else this.#answered(part, (end.answers ?? []).slice(at, at + part.entries.length), ended);
        at += part.entries.length;
      }
    } finally {
      // Not before: a lane with nothing in flight may move, and what is put back would come too late (P1).
      for (const { lane } of parts) lane.inFlight -= 1;
      for (const { lane } of parts) this.#parts.onLaneFree(lane);
    }
  }

  /** One fault for the whole request. */
  #refused({ lane, entries }: RequestPart, fault: ServiceFault, ended: Ended): void {
    for (const entry of entries) this.#failedAttempt(entry, fault, ended);
    if (fault.kind === 'refused' && this.#isolate(lane, entries, ended, fault)) return;
    if (isLasting(fault.kind)) {
      if (fault.kind === 'not-found') this.#parts.onStreamNotFound();
      for (const entry of entries) this.#parts.finish(lane, entry, (facts) => putFailed(fault, facts));
      return;
    }
    this.#backOff(lane, fault.kind === 'throttled' ? entries.length : 0, ended);
    // As they are: no shard has said that an entry is too large for it.
    this.#putBack(lane, entries, retryReason(fault), fault);
  }

  /** Narrows a refused request down to the entry, and the aggregate to the member, that is at fault (P7). */
  #isolate(lane: Lane, entries: readonly Entry[], ended: Ended, fault: ServiceFault): boolean {
    const [only] = entries;
    if (ended.entryCount > 1) {
      for (const entry of entries) entry.maxCompanions = Math.floor(ended.entryCount / 2);
      this.#putBack(lane, entries, 'isolate', fault);
      return true;
    }
    if (!only?.aggregated || only.members.count === 1) return false;
    const members = this.#apart(lane, only, ended);
    if (!members) return true;
    for (const member of members) member.maxCompanions = Math.ceil(members.length / 2);
    this.#putBack(lane, members, 'isolate', fault);
    return true;
  }

  /** The members of an aggregate by themselves; undefined where there is no memory for that: it goes again whole, after a while. */
  #apart(lane: Lane, entry: Entry, ended: Pick<Ended, 'jitter'>): readonly Entry[] | undefined {
    try {
      return alone(lane, entry);
    } catch (error) {
      this.#backOff(lane, 0, ended);
      this.#putBack(lane, [entry], 'no-memory', serviceFaultOf(error));
      return undefined;
    }
  }

  /** An answer for each entry. */
  #answered({ lane, entries }: RequestPart, answers: readonly EntryAnswer[], ended: Ended): void {
    const isInverted = this.#checkOrder(lane, answers);
    const isDoubtful = isInverted || this.#parts.isMapInDoubt();
    const again: Entry[] = [];
    let hasStored = false;
    const byError = new Map<string, { error: RetryError; failed: Entry[] }>();
    entries.forEach((entry, index) => {
      const answer = answers[index];
      if (!answer) return;
      if ('shardId' in answer) {
        hasStored = true;
        this.#landed(lane, entry, answer, ended, isDoubtful);
        return;
      }
      const { errorCode: name, errorMessage: message } = answer;
      const kind = faultKindOf(name);
      const fault: ServiceFault = { kind, name, message, answered: true, sent: true, cause: undefined };
      this.#failedAttempt(entry, fault, ended);
      if (isLasting(kind)) {
        this.#parts.finish(lane, entry, (facts) => putFailed(fault, facts));
        return;
      }
      again.push(entry);
      const alike = byError.get(name);
      if (alike) alike.failed.push(entry);
      else byError.set(name, { error: fault, failed: [entry] });
    });
    this.#grow(lane, ended.endMs - ended.sentMs);
    if (hasStored || again.length === 0) lane.failures = 0;
    if (again.length === 0) {
      mergeWaiting(lane);
      return;
    }
    const throttled = new Set<Entry>();
    for (const [name, { error, failed }] of byError) {
      const isThrottled = faultKindOf(name) === 'throttled';
      if (isThrottled) for (const entry of failed) throttled.add(entry);
      this.#parts.onRetry(lane, failed, isThrottled ? 'throttled' : 'transient', error);
    }
    // What fails among others that are stored goes with the next of these: a pause would hold up the lane for a few of its records.
    if (!hasStored || throttled.size > 0) this.#backOff(lane, throttled.size, ended);
    // Larger entries are what a throttled lane needs least.
    if (throttled.size === 0) mergeWaiting(lane);
    const parts = again.flatMap((entry) => (throttled.has(entry) ? halves(lane, entry) : [entry]));
    this.#parts.putBack(lane, parts);
  }

  #landed(lane: Lane, entry: Entry, landing: Landing, sent: Ended, isDoubtful: boolean): void {
    lane.limiter.succeeded(entry.bytes, sent.endMs);
    const isDoubted = isDoubtful || isNamesake(lane, entry, landing);
    if (lane.shardId !== undefined && (lane.shardId !== landing.shardId || isDoubted)) {
      if (entry.aggregated) {
        void this.#landedElsewhere(lane, entry, landing, sent);
        return;
      }
      this.#parts.onUnknownShard(landing.shardId);
    }
    entry.attempted(sent);
    this.#parts.finish(lane, entry, landing);
  }

  /** The lane stands still until a newer map says where the members belong. */
  async #landedElsewhere(lane: Lane, entry: Entry, landing: Landing, sent: Ended): Promise<void> {
    lane.awaitingMap += 1;
    try {
      const { oldestPutAtMs } = entry.members;
      const earlierId = lane.shardId ?? landing.shardId;
      const { landed, map, failure } = await this.#parts.locate(landing.shardId, earlierId, oldestPutAtMs);
      const predictedStillOpen = lane.range !== undefined && map?.holds(lane.range) === true;
      const isElsewhere = landing.shardId !== lane.shardId;
      if (isElsewhere && predictedStillOpen && map?.has(landing.shardId)) this.#parts.onPlacedElsewhere();
      this.#judged(lane, entry, { landing, landed, predictedStillOpen, failure }, sent);
    } finally {
      // Not before: a lane that waits for nothing may move, and what is put back would come too late (P1).
      lane.awaitingMap -= 1;
      this.#parts.onLaneFree(lane);
    }
  }

  #judged(lane: Lane, entry: Entry, facts: LandingFacts, sent: Ended): void {
    const { landing } = facts;
    const { verdict, error } = verdictOn(entry, facts);
    if (verdict === 'acknowledge') {
      entry.attempted(sent);
      this.#parts.finish(lane, entry, landing);
      return;
    }
    const wrong = notAcknowledged(facts);
    entry.attempted(sent, wrong);
    entry.mayBeStored = true;
    if (error) this.#backOff(lane, 0, sent);
    entry.goesAlone = verdict === 'put-again-alone';
    this.#putBack(lane, [entry], error ? 'no-memory' : 'wrong-shard', error ?? wrong);
  }

  /** What failed in passing may be stored, unless it never left this machine (P1). */
  #failedAttempt(entry: Entry, fault: ServiceFault, ended: Ended): void {
    entry.attempted(ended, fault);
    if (mayHaveStored(fault)) entry.mayBeStored = true;
  }

  #backOff(lane: Lane, throttledEntries: number, { jitter }: Pick<Ended, 'jitter'>): void {
    const nowMs = this.#parts.clock.monotonic();
    lane.failures += 1;
    lane.notBeforeMs = nowMs + fullJitterMs(lane.failures, laneBackoff, jitter);
    if (throttledEntries === 0) return;
    lane.limiter.throttled(throttledEntries, nowMs);
    lane.growBytes = Math.floor(lane.growBytes / 2);
  }

  #putBack(lane: Lane, entries: readonly Entry[], reason: RetryReason, error: RetryError): void {
    this.#parts.onRetry(lane, entries, reason, error);
    this.#parts.putBack(lane, entries);
  }

  /** A lane with one request in flight reaches its rate only if a request carries what flows in during two round trips. */
  #grow(lane: Lane, roundTripMs: number): void {
    const inMs = Math.min(roundTripsGrown * roundTripMs, growAtMostMs);
    const wanted = (lane.limiter.bytesPerSecond * inMs) / 1000;
    lane.growBytes = Math.min(this.#parts.maxAggregateBytes, Math.floor(wanted));
  }

  /**
   * Within a request the keys are distinct and any order is good; from one request to the next the numbers must rise (P3).
   * Returns whether they did not.
   */
  #checkOrder(lane: Lane, answers: readonly EntryAnswer[]): boolean {
    if (!lane.ordered || lane.range === undefined) return false;
    const before = lane.lastSequenceNumber;
    let highest = '';
    let inverted = false;
    for (const answer of answers) {
      if (!('shardId' in answer) || answer.shardId !== lane.shardId) continue;
      inverted ||= isLower(answer.sequenceNumber, before);
      if (isLower(highest, answer.sequenceNumber)) highest = answer.sequenceNumber;
    }
    if (isLower(before, highest)) lane.lastSequenceNumber = highest;
    if (inverted) void this.#inverted(lane, lane.range, highest);
    return inverted;
  }

  /** Numbers begin again in a stream that was made anew under its name: no inversion, which only a newer map can tell. */
  async #inverted(lane: Lane, shard: ShardRange, highest: string): Promise<void> {
    const before = lane.lastSequenceNumber;
    const { map } = await this.#parts.locate(shard.shardId, shard.shardId);
    const isConfirmed = map?.holds(shard) === true;
    if (!map || isConfirmed) this.#parts.onOrderInverted(shard.shardId);
    // Not all maps tell a stream that was made anew: by the old number each request from now on would be doubted.
    if (isConfirmed && lane.lastSequenceNumber === before) lane.lastSequenceNumber = highest;
  }
}

function retryReason(fault: ServiceFault): RetryReason {
  if (fault.kind === 'throttled') return 'throttled';
  if (fault.name === 'RecordCountMismatch') return 'malformed-answer';
  return fault.answered ? 'transient' : 'no-answer';
}

function miscounted(answers: number, entries: number): ServiceFault {
  const message = `The answer has ${answers} results for ${entries} records.`;
  const facts = { answered: true, sent: true, cause: undefined } as const;
  return { kind: 'transient', name: 'RecordCountMismatch', message, ...facts };
}
