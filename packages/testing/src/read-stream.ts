import { setMaxListeners } from 'node:events';
import { delay } from '@shardline/core/internal';
import type { ListedShard, ListShardsAnswer } from './kinesis-reads.js';
import { LedgerError } from './ledger-error.js';
import { PatientCalls } from './patient-calls.js';
import { type ReadStreamOptions, resolveReadStreamOptions } from './read-stream-options.js';
import { ReaderRule } from './reader-rule.js';
import { type CursorPage, ShardCursor } from './shard-cursor.js';
import type { StoredPage } from './stored-page.js';

/**
 * Reads a whole stream from its oldest record: all shards, closed ones included, several at a time, a child after its
 * parents. Within a shard pages come in its order; pages of unrelated shards come as they arrive. Shares no code with the
 * producer and its codec.
 *
 * Throws a `LedgerError` when the service refuses, or a call has no success for `giveUpAfterMs`.
 */
export async function* readStream(options: ReadStreamOptions): AsyncGenerator<StoredPage, void, undefined> {
  const stop = new AbortController();
  // Every shard that is read listens.
  setMaxListeners(0, stop.signal);
  try {
    yield* new StreamReader(resolveReadStreamOptions(options), stop.signal).pages();
  } finally {
    stop.abort();
  }
}

interface ShardReading {
  readonly shardId: string;
  readonly cursor: ShardCursor;
  /** Since when the shard has brought nothing new, once it is not followed any more. */
  quietSinceMs: number | undefined;
}

interface Turn {
  readonly reading: ShardReading;
  readonly page: CursorPage;
  readonly finished: boolean;
}

class StreamReader {
  readonly #options: Required<ReadStreamOptions>;
  readonly #calls: PatientCalls;
  readonly #stream: { readonly StreamARN: string } | { readonly StreamName: string };
  readonly #signal: AbortSignal;
  readonly #shards = new Map<string, ListedShard>();
  readonly #finished = new Set<string>();
  /** Closed shards of which no child is known yet. Every closed shard has one. */
  readonly #childless = new Set<string>();
  readonly #turns = new Map<string, Promise<Turn>>();
  /** When the following ended, by the monotonic clock. */
  #followedUntilMs: number | undefined;

  constructor(options: Required<ReadStreamOptions>, signal: AbortSignal) {
    const { stream } = options;
    this.#options = options;
    this.#signal = signal;
    this.#calls = new PatientCalls({ ...options, signal });
    this.#stream = stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream };
  }

  async *pages(): AsyncGenerator<StoredPage, void, undefined> {
    const followed = () => {
      this.#followedUntilMs = this.#options.clock.monotonic();
    };
    this.#options.until.then(followed, followed);
    await this.#listShards();
    this.#startReady();
    while (this.#turns.size > 0) {
      const { reading, page, finished } = await Promise.race(this.#turns.values());
      const { shardId, userRecords, records, dropped } = page;
      if (records > 0) yield { shardId, userRecords, records, dropped };
      if (finished) await this.#finish(page);
      else this.#begin(reading, this.#options.pollMs);
    }
  }

  /** Children come from a fresh list and from a closed parent itself: either may be the first to know them. */
  async #finish({ shardId, ended, children }: CursorPage): Promise<void> {
    this.#turns.delete(shardId);
    this.#finished.add(shardId);
    if (ended) this.#childless.add(shardId);
    for (const { ShardId, ParentShards, HashKeyRange } of children) {
      const [ParentShardId, AdjacentParentShardId] = ParentShards;
      this.#shards.set(ShardId, { ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange });
    }
    if (ended) await this.#listShards();
    this.#startReady();
    if (this.#turns.size > 0) return;
    await this.#listShards();
    this.#startReady();
    if (this.#turns.size === 0) await this.#awaitChildren();
  }

  /** A listing may lag behind: lists again until the children of closed shards are in it. */
  async #awaitChildren(): Promise<void> {
    const { clock, pollMs, giveUpAfterMs, stream } = this.#options;
    const startedAtMs = clock.monotonic();
    while (this.#childless.size > 0) {
      if (clock.monotonic() - startedAtMs > giveUpAfterMs) {
        const closed = [...this.#childless].join(', ');
        const what = `stream ${stream}: closed shards without children after ${giveUpAfterMs} ms of listing: ${closed}`;
        throw new LedgerError('STREAM_UNREADABLE', what, { retryable: true });
      }
      await delay(clock, pollMs, this.#signal);
      await this.#listShards();
      this.#startReady();
    }
  }

  /** Begins to read the shards whose parents, as far as they still exist, are read to their ends. */
  #startReady(): void {
    for (const [shardId, shard] of this.#shards) {
      const parents = this.#parentsOf(shard);
      for (const parent of parents) this.#childless.delete(parent.ShardId);
      if (this.#turns.has(shardId) || this.#finished.has(shardId)) continue;
      if (!parents.every((parent) => this.#finished.has(parent.ShardId))) continue;
      const ranges = parents.map((parent) => parent.HashKeyRange);
      const { clock, readAs } = this.#options;
      const rule = new ReaderRule(readAs, shard.HashKeyRange, ranges);
      const cursor = new ShardCursor({ calls: this.#calls, clock, stream: this.#stream, shardId, rule });
      this.#begin({ shardId, cursor, quietSinceMs: undefined }, 0);
    }
  }

  #parentsOf({ ParentShardId, AdjacentParentShardId }: ListedShard): readonly ListedShard[] {
    const ids = [ParentShardId, AdjacentParentShardId];
    const known = ids.map((id) => (id === undefined ? undefined : this.#shards.get(id)));
    return known.filter((shard) => shard !== undefined);
  }

  #begin(reading: ShardReading, pauseMs: number): void {
    const turn = this.#turn(reading, pauseMs);
    // When another shard fails first, the race is over and nobody looks at this one again.
    turn.catch(() => {});
    this.#turns.set(reading.shardId, turn);
  }

  async #turn(reading: ShardReading, pauseMs: number): Promise<Turn> {
    const { clock } = this.#options;
    if (pauseMs > 0) await delay(clock, pauseMs, this.#signal);
    const followedUntilMs = this.#followedUntilMs;
    const askedAtMs = clock.monotonic();
    const page = await reading.cursor.next();
    const settled =
      followedUntilMs !== undefined && this.#isSettled(reading, page, followedUntilMs, askedAtMs);
    return { reading, page, finished: page.ended || settled };
  }

  /**
   * Whether a page is the last that is wanted of an open shard: nothing new for `settleMs`, or, where others go on writing,
   * records that reach beyond `settleMs` after the following ended. The service's own count of how far behind the page is says
   * so without comparing its wall clock with ours.
   */
  #isSettled(reading: ShardReading, page: CursorPage, followedUntilMs: number, askedAtMs: number): boolean {
    const { clock, settleMs } = this.#options;
    const nowMs = clock.monotonic();
    if (!page.atTip) reading.quietSinceMs = undefined;
    else if (reading.quietSinceMs === undefined || page.records > 0) reading.quietSinceMs = nowMs;
    const isQuiet = reading.quietSinceMs !== undefined && nowMs - reading.quietSinceMs >= settleMs;
    const readUntilMs = askedAtMs - page.behindMs;
    return isQuiet || (page.records > 0 && readUntilMs > followedUntilMs + settleMs);
  }

  async #listShards(): Promise<void> {
    const what = `stream ${this.#options.stream}`;
    let nextToken: string | undefined;
    do {
      const input = nextToken === undefined ? this.#stream : { NextToken: nextToken };
      const answer = await this.#calls.call<ListShardsAnswer>('ListShards', input, what);
      for (const shard of answer.Shards ?? []) this.#shards.set(shard.ShardId, shard);
      nextToken = answer.NextToken;
    } while (nextToken);
  }
}
