import { setMaxListeners } from 'node:events';
import type { Clock, Random, Timer } from '@shardline/core';
import { delay, Loop, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { FailuresInARow } from './failures-in-a-row.js';
import type { KinesisApi, StreamSummary } from './kinesis-api.js';
import { isLasting } from './refusal.js';
import { coversEverything, ShardMap, type ShardRange } from './shard-map.js';
import type { ShardMapFailure } from './shard-map-failures.js';

/** The calls that tell of a stream and its shards. */
export type ShardMapCall = ShardMapFailure['call'];

/** What a {@link ShardMaps} needs from outside. */
export interface ShardMapsParts {
  readonly api: Pick<KinesisApi, 'listShards' | 'describeStreamSummary'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Longest wait for one call. */
  readonly callWithinMs: number;
  readonly onMap: (map: ShardMap) => void;
  readonly onSummary: (summary: StreamSummary) => void;
  /** A call failed; the old map serves on. */
  readonly onFault: (call: ShardMapCall, fault: ServiceFault) => void;
  /** `onMap` or `onSummary` threw. */
  readonly onDefect: (error: unknown) => void;
}

/** Routine refresh. Evidence of a reshard asks for one at once; this finds what no put has met. */
const refreshEveryMs = 60_000;
/**
 * Least time from one listing to the next, however much evidence comes in: the call budget. It doubles with each listing that shows
 * nothing new, and is up to half as long by chance, since all producers of a stream meet a reshard at once.
 */
const spacing = Object.freeze({ leastMs: 200, mostMs: 800 });
/** Time without a listing after which the spacing is the least again. */
const quietMs = 5_000;
/**
 * Descriptions are part of the routine alone: the service takes 20 of them a second in the whole account, of listings 1,000 on
 * each stream.
 */
const describeEveryMs = 45_000;
/** Timers may fire a little early. */
const timerSlackMs = 5;
/** Longest wait for a map that knows a shard (P4). */
const locateWithinMs = 5_000;

type Waiter = (fault: ServiceFault | undefined) => void;

/** A shard, and the map that was the newest then. */
export interface Located {
  readonly landed: ShardRange | undefined;
  readonly map: ShardMap | undefined;
  /** How ListShards failed, and has not succeeded since. */
  readonly failure?: ShardMapFailure | undefined;
}

/**
 * Fetches shard maps: at the start, once a minute with jitter, and on evidence. Listings never overlap; whoever asks while one
 * runs gets the next one, since the running one may be older than the evidence.
 */
export class ShardMaps {
  readonly #parts: ShardMapsParts;
  readonly #loop: Loop;
  /** Every lane that awaits a map listens to it: there may be thousands. */
  readonly #closed = new AbortController();
  readonly #waiters: Waiter[] = [];
  #map: ShardMap | undefined;
  /** A listing of what was made after a shard, since the newest map: all lanes that seek share it, and there may be thousands. */
  #later: { readonly afterId: string; readonly byId: Promise<ReadonlyMap<string, ShardRange>> } | undefined;
  #listedMs = Number.NEGATIVE_INFINITY;
  #spacingMs: number = spacing.leastMs;
  #nextDescriptionMs = Number.NEGATIVE_INFINITY;
  #retry: Timer | undefined;
  #describeAgain: Timer | undefined;
  readonly #listings = new FailuresInARow();
  readonly #descriptions = new FailuresInARow();
  #started = false;

  constructor(parts: ShardMapsParts) {
    this.#parts = parts;
    setMaxListeners(0, this.#closed.signal);
    const { clock, random } = parts;
    this.#loop = new Loop({
      clock,
      random,
      everyMs: refreshEveryMs,
      jitter: 0.2,
      run: () => this.#refresh(),
      onError: parts.onDefect,
    });
  }

  /** Whether it fetches: from when it was first asked to. */
  get isStarted(): boolean {
    return this.#started;
  }

  /** Fetches soon, once more if a fetch runs already. */
  lookSoon(): void {
    if (this.#closed.signal.aborted) return;
    if (this.#started) this.#loop.runSoon();
    else this.#loop.start('now');
    this.#started = true;
  }

  /** Resolves after a fetch that began after this call, with what went wrong, if anything did. */
  refresh(): Promise<ServiceFault | undefined> {
    if (this.#closed.signal.aborted) return Promise.resolve(undefined);
    const done = new Promise<ServiceFault | undefined>((resolve) => this.#waiters.push(resolve));
    this.lookSoon();
    return done;
  }

  /** The description may be another one by now: the next fetch, which begins soon, asks for it. */
  describeSoon(): void {
    this.#nextDescriptionMs = Number.NEGATIVE_INFINITY;
    this.lookSoon();
  }

  /**
   * Finds the range of a shard in a map fetched after this call; gives up after five seconds, or `leftMs`. `earlierId` is a shard that was made
   * before it: the newest map may have none left.
   */
  async locate(shardId: string, earlierId: string, leftMs = locateWithinMs): Promise<Located> {
    const over = new AbortController();
    const withinMs = Math.max(0, Math.min(locateWithinMs, leftMs));
    const late = delay(this.#parts.clock, withinMs, over.signal).then(() => undefined);
    try {
      const found = await Promise.race([this.#seek(shardId, earlierId, over.signal), late]);
      return found ?? { landed: undefined, map: undefined };
    } finally {
      over.abort();
    }
  }

  /** Lists until a listing shows the shard; undefined once `over`. */
  async #seek(shardId: string, earlierId: string, over: AbortSignal): Promise<Located | undefined> {
    while (!this.#closed.signal.aborted && !over.aborted) {
      if ((await this.refresh()) !== undefined) continue;
      const map = this.#map;
      const landed = map?.get(shardId) ?? (await this.#listedAfter(map, shardId, earlierId));
      if (landed) return { landed, map };
    }
    return undefined;
  }

  /** Ends all fetching; whoever waits is told at once. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#retry?.cancel();
    this.#describeAgain?.cancel();
    this.#tell(this.#waiters.splice(0), undefined);
    await this.#loop.stop();
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#parts;
    const tooSoonMs = this.#listedMs + this.#gapMs() - clock.monotonic();
    if (tooSoonMs > 0) await delay(clock, tooSoonMs, this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    this.#retry?.cancel();
    this.#listedMs = clock.monotonic();
    const waiters = this.#waiters.splice(0);
    let fault: ServiceFault | undefined;
    try {
      fault = await this.#fetch();
    } finally {
      this.#tell(waiters, fault);
    }
  }

  /** Least time from the last listing to the next. */
  #gapMs(): number {
    const { clock, random } = this.#parts;
    if (clock.monotonic() - this.#listedMs > quietMs) this.#spacingMs = spacing.leastMs;
    return this.#spacingMs * (1 - random.next() / 2);
  }

  /** Only what the service does is a fault; what `onSummary` or `onMap` throws passes through. */
  async #fetch(): Promise<ServiceFault | undefined> {
    const { api, onMap } = this.#parts;
    await this.#describe();
    const listed = await this.#attempt('ListShards', async (signal) =>
      checkedMap(await api.listShards({ filter: 'at-latest' }, signal)),
    );
    if (listed.fault) this.#retry = this.#runAfter(this.#listings.failedMs(this.#parts.random));
    else this.#listings.succeeded();
    if (listed.fault) return listed.fault;
    this.#later = undefined;
    const before = this.#map;
    const map = listed.answer;
    this.#map = map;
    const isNew = !before?.equals(map);
    this.#spacingMs = isNew ? spacing.leastMs : Math.min(spacing.mostMs, this.#spacingMs * 2);
    if (before?.isOfAnotherStream(map)) this.describeSoon();
    onMap(map);
    return undefined;
  }

  /** Describes the stream, if it is time. Records go without the description where it cannot be had. */
  async #describe(): Promise<void> {
    const { api, clock, random, onSummary } = this.#parts;
    if (clock.monotonic() < this.#nextDescriptionMs) return;
    this.#describeAgain?.cancel();
    const { fault, answer } = await this.#attempt('DescribeStreamSummary', (signal) =>
      api.describeStreamSummary(signal),
    );
    const isLate = fault !== undefined && !isLasting(fault.kind);
    if (!isLate) this.#descriptions.succeeded();
    const againMs = isLate ? this.#descriptions.failedMs(random) : describeEveryMs;
    this.#nextDescriptionMs = clock.monotonic() + againMs - timerSlackMs;
    if (isLate) this.#describeAgain = this.#runAfter(againMs);
    if (fault === undefined) onSummary(answer);
  }

  #runAfter(ms: number): Timer | undefined {
    if (this.#closed.signal.aborted) return undefined;
    return this.#parts.clock.schedule(ms, () => this.#loop.runSoon(), { keepAlive: false });
  }

  /** A shard that opened and closed again between two listings is in none of the open ones. */
  async #listedAfter(
    map: ShardMap | undefined,
    shardId: string,
    earlierId: string,
  ): Promise<ShardRange | undefined> {
    if (this.#later === undefined || this.#later.afterId >= shardId) {
      const made = [earlierId, map?.newestBefore(shardId) ?? ''].filter((id) => id < shardId);
      const afterId = made.sort().at(-1);
      if (!afterId) return undefined;
      this.#later = { afterId, byId: this.#listLater(afterId) };
    }
    return (await this.#later.byId).get(shardId);
  }

  async #listLater(earlierId: string): Promise<ReadonlyMap<string, ShardRange>> {
    const { answer = [] } = await this.#attempt('ListShards', (signal) =>
      this.#parts.api.listShards({ filter: 'after-shard-id', shardId: earlierId }, signal),
    );
    return new Map(answer.map((shard) => [shard.shardId, shard]));
  }

  /** One call; a fault is told of, unless it comes from closing. */
  async #attempt<Answer>(
    call: ShardMapCall,
    run: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<{ answer: Answer; fault?: never } | { fault: ServiceFault; answer?: never }> {
    try {
      return { answer: await this.#timed(call, run) };
    } catch (error) {
      const fault = serviceFaultOf(error);
      if (!this.#closed.signal.aborted) this.#parts.onFault(call, fault);
      return { fault };
    }
  }

  /** One call with a time-out; over at once when this closes. */
  async #timed<Answer>(call: ShardMapCall, run: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    this.#closed.signal.throwIfAborted();
    const abort = new AbortController();
    const onLate = () => abort.abort(timedOut(call, this.#parts.callWithinMs));
    const timer = this.#parts.clock.schedule(this.#parts.callWithinMs, onLate, { keepAlive: false });
    const onClose = () => abort.abort();
    this.#closed.signal.addEventListener('abort', onClose, { once: true });
    const aborted = new Promise<never>((_resolve, reject) => {
      abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
    });
    try {
      return await Promise.race([run(abort.signal), aborted]);
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      timer.cancel();
      this.#closed.signal.removeEventListener('abort', onClose);
    }
  }

  #tell(waiters: readonly Waiter[], fault: ServiceFault | undefined): void {
    for (const resolve of waiters) resolve(fault);
  }
}

function checkedMap(shards: readonly ShardRange[]): ShardMap {
  if (coversEverything(shards)) return new ShardMap(shards);
  const error = new Error(`ListShards showed ${shards.length} open shards that do not cover every hash key.`);
  error.name = 'IncompleteListing';
  throw error;
}

function timedOut(call: ShardMapCall, callWithinMs: number): Error {
  const error = new Error(`${call} was not answered within ${callWithinMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
