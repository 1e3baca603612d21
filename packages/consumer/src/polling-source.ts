import type { Clock, Random } from '@shardline/core';
import { callWithin, delay, serviceFaultOf } from '@shardline/core/internal';
import { BatchSlot } from './batch-slot.js';
import type { BufferBudget, Reservation } from './buffer-budget.js';
import type { KinesisCallError } from './errors.js';
import type { ConsumerEvent } from './events.js';
import type { ChildShard, KinesisReads, RecordsPage } from './kinesis-reads.js';
import { LatestStart } from './latest-start.js';
import { ReadPace, readLimits } from './read-pace.js';
import { isLastingFault, kinesisCallError } from './read-refusal.js';
import { ReadSpell } from './read-spell.js';
import { type RecordBatch, type RecordSource, SourceEndedError, type SourceStart } from './record-source.js';
import { expiredIterator, type FailedRead, ShardCursor } from './shard-cursor.js';
import { areChildrenSound, childrenByListing, type Listing, whatIsGone } from './shard-evidence.js';

/** Longest wait for one answer of the service, in milliseconds; a page of 10 MiB takes a while. */
export const requestTimeoutMs = 10_000;

/** How long a source waits for room before that is told as a trouble, in milliseconds. */
const roomPatienceMs = 10_000;

/** What a {@link PollingSource} is built from. */
export interface PollingSourceParts {
  readonly reads: KinesisReads;
  /** Stream name or ARN, for errors. */
  readonly stream: string;
  readonly shardId: string;
  readonly pollIntervalMs: number;
  /** Shared by all shards of the worker (C7). */
  readonly budget: BufferBudget;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: ConsumerEvent) => void;
  /** Gets what stands in the way of reading, once a spell; reading is tried on. */
  readonly onError: (error: KinesisCallError) => void;
}

/**
 * Records of one shard by GetRecords. While one batch is processed the next page is fetched, if there is room to spare; a batch
 * must be released before the next is asked for, since a page may need all the room there is.
 */
export class PollingSource implements RecordSource {
  readonly #parts: PollingSourceParts;
  // The shard's, not an opening's: the service refuses reads, and a fault goes on, however often the source is opened anew.
  readonly #pace: ReadPace;
  readonly #spell = new ReadSpell();
  #latestStart: LatestStart | undefined;
  #reading: Reading | undefined;

  constructor(parts: PollingSourceParts) {
    this.#parts = parts;
    this.#pace = new ReadPace(parts.pollIntervalMs, parts.clock.monotonic());
  }

  /**
   * How far behind the tip reading is at most, in milliseconds: what the newest answer said, and the time for which the next one is
   * overdue, since nobody knows what was put meanwhile. Undefined before the first answer.
   */
  get millisBehindLatest(): number | undefined {
    return this.#reading?.millisBehindLatest;
  }

  /** Why the shard is not read, in words; undefined where it is, or a retry or a short wait may still mend it. */
  get trouble(): string | undefined {
    return this.#reading && (this.#spell.trouble ?? this.#reading.lackOfRoom);
  }

  open(start: SourceStart): void {
    this.close();
    const { reads, shardId, clock } = this.#parts;
    this.#latestStart ??= new LatestStart(reads, clock);
    const latestStart = this.#latestStart;
    const cursor = new ShardCursor(reads, shardId, start, (makeCall) => latestStart.timeMs(makeCall));
    this.#reading = new Reading(this.#parts, cursor, this.#pace, this.#spell);
  }

  next(): Promise<RecordBatch> {
    return this.#reading?.slot.take() ?? Promise.reject(new SourceEndedError('closed'));
  }

  close(): void {
    this.#reading?.close();
    this.#reading = undefined;
  }
}

/** What a source does from one `open` to its end. */
class Reading {
  readonly slot = new BatchSlot();
  readonly #parts: PollingSourceParts;
  readonly #cursor: ShardCursor;
  readonly #pace: ReadPace;
  readonly #spell: ReadSpell;
  readonly #closed = new AbortController();
  /** Whether the iterator expired since the last page: a new one that expires as well is no use. */
  #renewed = false;
  /** Since when room is waited for. */
  #roomlessAtMs: number | undefined;
  #behindMs: number | undefined;
  #answeredAtMs = 0;

  constructor(parts: PollingSourceParts, cursor: ShardCursor, pace: ReadPace, spell: ReadSpell) {
    this.#parts = parts;
    this.#cursor = cursor;
    this.#pace = pace;
    this.#spell = spell;
    void this.#run();
  }

  get millisBehindLatest(): number | undefined {
    if (this.#behindMs === undefined) return undefined;
    const { clock, pollIntervalMs } = this.#parts;
    const overdueMs = clock.monotonic() - this.#answeredAtMs - 2 * pollIntervalMs;
    return this.#behindMs + Math.max(0, Math.round(overdueMs));
  }

  /** That room has been waited for too long, in words. */
  get lackOfRoom(): string | undefined {
    const { clock, budget } = this.#parts;
    const waitedMs = clock.monotonic() - (this.#roomlessAtMs ?? Number.POSITIVE_INFINITY);
    if (waitedMs < roomPatienceMs) return undefined;
    return `Waits for room to read: ${budget.usedBytes} bytes are held for other shards' handlers. Raise maxBufferedBytes, or see why they do not end.`;
  }

  close(): void {
    this.#end(new SourceEndedError('closed'));
  }

  #end(error: SourceEndedError): void {
    this.#closed.abort(error);
    this.slot.end(error);
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#closed;
    for (let goesOn = true; goesOn && !signal.aborted; ) {
      await this.slot.free();
      const waitMs = this.#pace.waitMs(clock.monotonic());
      if (waitMs > 0) await delay(clock, waitMs, signal);
      const room = await this.#room();
      if (room) goesOn = await this.#readInto(room);
    }
  }

  /** Room for the largest page: at once where it is a page ahead, or else in turn. Undefined once closed. */
  async #room(): Promise<Reservation | undefined> {
    const { budget, clock } = this.#parts;
    if (this.#closed.signal.aborted) return undefined;
    if (!this.slot.isWanted) {
      const spare = budget.reserveSpare(readLimits.pageMaxBytes);
      if (spare) return spare;
      await this.slot.wanted();
    }
    this.#roomlessAtMs = clock.monotonic();
    const room = await budget.reserve(readLimits.pageMaxBytes, this.#closed.signal);
    this.#roomlessAtMs = undefined;
    return room;
  }

  /** Reads one page into its room; false when it was the last. */
  async #readInto(room: Reservation): Promise<boolean> {
    const { clock } = this.#parts;
    this.#pace.sent(clock.monotonic());
    const tried = await this.#cursor.read((call) => this.#call(call), this.#pace.limit);
    if (!tried.failed) {
      const accepted = await this.#accept(tried.page, tried.bytes, room);
      if (accepted !== undefined) return accepted;
    }
    room.release();
    if (this.#closed.signal.aborted) return false;
    if (tried.failed) await this.#fail(tried.failed);
    return true;
  }

  /** Hands a page over. Undefined: it was not taken, and that is told of; else whether another follows. */
  async #accept(page: RecordsPage, bytes: number, room: Reservation): Promise<boolean | undefined> {
    if (this.#closed.signal.aborted) return undefined;
    const children = page.nextIterator === undefined ? await this.#childrenAtEnd(page) : undefined;
    if (this.#closed.signal.aborted) return undefined;
    if (page.nextIterator === undefined && !children) return undefined;
    const { millisBehindLatest, records } = page;
    const atTip = millisBehindLatest === undefined ? records.length === 0 : millisBehindLatest === 0;
    this.#answeredAtMs = this.#parts.clock.monotonic();
    this.#pace.answered({ bytes, atTip }, this.#answeredAtMs);
    this.#cursor.accept(page);
    this.#spell.ended();
    this.#renewed = false;
    this.#behindMs = millisBehindLatest;
    room.shrinkTo(bytes);
    const end = children && { childShards: children };
    this.slot.put({ records, millisBehindLatest, end, release: room.release });
    return end === undefined;
  }

  /** What a shard that ended was split or merged into; undefined where the page is not to be believed, which is told of. */
  async #childrenAtEnd(page: RecordsPage): Promise<readonly ChildShard[] | undefined> {
    const { shardId } = this.#parts;
    if (!areChildrenSound(shardId, page)) {
      this.#report(this.#cursor.malformed('a child shard lacks its id, its range or its parent'));
      return undefined;
    }
    if (page.childShards.length > 0) return page.childShards;
    const listing = await this.#list();
    const children = childrenByListing(shardId, listing);
    if (!children && !this.#closed.signal.aborted) {
      this.#reportListed(
        this.#cursor.malformed('it has no next iterator, but the shard has not ended'),
        listing,
      );
    }
    return children;
  }

  async #fail(failed: FailedRead): Promise<void> {
    if (failed.call === 'GetRecords' && failed.fault.name === 'TimeoutError') this.#pace.timedOut();
    if (failed.fault.name === expiredIterator && !this.#renewed) {
      this.#renewed = true;
      const { shardId, onEvent } = this.#parts;
      onEvent({ type: 'iterator-renewed', reason: 'expired', shardId });
    } else if (failed.fault.kind === 'not-found') await this.#lookForShard(failed);
    else this.#report(failed);
  }

  /** Finds out what ResourceNotFoundException is about. */
  async #lookForShard(failed: FailedRead): Promise<void> {
    const listing = await this.#list();
    if (this.#closed.signal.aborted) return;
    const gone = whatIsGone(this.#parts.shardId, listing);
    if (gone) this.#end(new SourceEndedError(gone, failed.fault.cause));
    else this.#reportListed({ ...failed, mayPass: true }, listing);
  }

  /** Tells of a failed read, or of the listing that was to explain it where that failed too. */
  #reportListed(failed: FailedRead, { fault }: Listing): void {
    if (fault) this.#report({ call: failed.call, fault, mayPass: !isLastingFault(fault) }, 'ListShards');
    else this.#report(failed);
  }

  /** Backs off, and tells of it. */
  #report({ call, fault, mayPass }: FailedRead, failedCall: string = call): void {
    const { stream, shardId, clock, random, onEvent, onError } = this.#parts;
    const now = clock.monotonic();
    const passing = fault.kind === 'throttled' ? 'throttled' : 'transient';
    const delayMs = this.#pace.failed(mayPass ? passing : 'lasting', now, random);
    const step = call === 'ListShards' ? 'GetShardIterator' : call;
    onEvent({
      type: 'read-failed',
      reason: fault.name,
      shardId,
      call: step,
      message: fault.message,
      delayMs,
    });
    const error = kinesisCallError(fault, { stream, shardId, call: failedCall });
    if (this.#spell.failed(error, mayPass, now)) onError(error);
  }

  async #list(): Promise<Listing> {
    try {
      return await this.#call((signal) => this.#parts.reads.listShards({ type: 'all' }, signal));
    } catch (error) {
      return { fault: serviceFaultOf(error) };
    }
  }

  #call<Result>(call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return callWithin(this.#parts.clock, requestTimeoutMs, call, this.#closed.signal);
  }
}
