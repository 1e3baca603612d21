import { setMaxListeners } from 'node:events';
import type { Clock, Random, Timer } from '@shardline/core';
import { delay, fullJitterMs, Loop, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import type { KinesisApi, StreamSummary } from './kinesis-api.js';
import { isLasting } from './refusal.js';
import { coversEverything, newestShardId, ShardMap, type ShardRange } from './shard-map.js';

/** The calls that tell of a stream and its shards. */
export type ShardMapCall = 'ListShards' | 'DescribeStreamSummary';

/** What a {@link ShardMaps} needs from outside. */
export interface ShardMapsParts {
  readonly api: Pick<KinesisApi, 'listShards' | 'describeStreamSummary'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onMap: (map: ShardMap) => void;
  readonly onSummary: (summary: StreamSummary) => void;
  /** A call failed; the old map serves on. */
  readonly onFault: (call: ShardMapCall, fault: ServiceFault) => void;
  /** `onMap` or `onSummary` threw. */
  readonly onDefect: (error: unknown) => void;
}

/** Routine refresh. Evidence of a reshard asks for one at once; this finds what no put has met. */
const refreshEveryMs = 60_000;
/** Least time from one listing to the next, however much evidence comes in: the call budget. */
const leastSpacingMs = 200;
/** Back-off after a fetch of which a call failed. */
const failureBackoff = Object.freeze({ baseMs: 500, capMs: 30_000 });
/** Longest wait for a map that knows a shard (P4). */
const locateWithinMs = 5_000;
/** Longest wait for one call. */
const callWithinMs = 5_000;

/**
 * Fetches shard maps: at the start, once a minute with jitter, and on evidence. Listings never overlap; whoever asks while one
 * runs gets the next one, since the running one may be older than the evidence.
 */
export class ShardMaps {
  readonly #parts: ShardMapsParts;
  readonly #loop: Loop;
  /** Every lane that awaits a map listens to it: there may be thousands. */
  readonly #closed = new AbortController();
  readonly #waiters: ((fault: ServiceFault | undefined) => void)[] = [];
  #map: ShardMap | undefined;
  #listedMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #retry: Timer | undefined;
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

  /** Begins to fetch, once. */
  start(): void {
    if (this.#started || this.#closed.signal.aborted) return;
    this.#started = true;
    this.#loop.start('now');
  }

  /** Resolves after a fetch that began after this call, with what went wrong, if anything did. */
  refresh(): Promise<ServiceFault | undefined> {
    if (this.#closed.signal.aborted) return Promise.resolve(undefined);
    const done = new Promise<ServiceFault | undefined>((resolve) => this.#waiters.push(resolve));
    if (this.#started) this.#loop.runSoon();
    else this.start();
    return done;
  }

  /** Finds the range of a shard in a map fetched after this call; gives up after five seconds. */
  async locate(shardId: string): Promise<{ landed: ShardRange | undefined; map: ShardMap | undefined }> {
    const deadlineMs = this.#parts.clock.monotonic() + locateWithinMs;
    const over = new AbortController();
    const late = delay(this.#parts.clock, locateWithinMs, over.signal).then(() => 'late' as const);
    try {
      while (!this.#closed.signal.aborted && this.#parts.clock.monotonic() < deadlineMs) {
        const fault = await Promise.race([this.refresh(), late]);
        if (fault !== undefined) continue;
        const map = this.#map;
        const landed =
          map?.shards.find((shard) => shard.shardId === shardId) ?? (await this.#listedAfter(map, shardId));
        if (landed) return { landed, map };
      }
      return { landed: undefined, map: undefined };
    } finally {
      over.abort();
    }
  }

  /** Ends all fetching; whoever waits is told at once. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#retry?.cancel();
    this.#tell(this.#waiters.splice(0), undefined);
    await this.#loop.stop();
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#parts;
    const tooSoonMs = this.#listedMs + leastSpacingMs - clock.monotonic();
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

  /** Only what the service does is a fault; what `onSummary` or `onMap` throws passes through. */
  async #fetch(): Promise<ServiceFault | undefined> {
    const { api, onMap, onSummary } = this.#parts;
    const described = await this.#attempt('DescribeStreamSummary', (signal) =>
      api.describeStreamSummary(signal),
    );
    if (described.fault === undefined) onSummary(described.answer);
    const listed = await this.#attempt('ListShards', async (signal) =>
      checkedListing(await api.listShards({ filter: 'at-latest' }, signal)),
    );
    // A right that is missing for good is not worth a retry: records go without the description.
    if (listed.fault || (described.fault && !isLasting(described.fault.kind))) this.#retryEarly();
    else this.#failures = 0;
    if (listed.fault) return listed.fault;
    this.#map = new ShardMap(listed.answer);
    onMap(this.#map);
    return undefined;
  }

  #retryEarly(): void {
    if (this.#closed.signal.aborted) return;
    this.#failures += 1;
    const { clock, random } = this.#parts;
    const retryMs = leastSpacingMs + fullJitterMs(this.#failures, failureBackoff, random);
    this.#retry = clock.schedule(retryMs, () => this.#loop.runSoon(), { keepAlive: false });
  }

  /** A shard that opened and closed again between two listings is in none of the open ones. */
  async #listedAfter(map: ShardMap | undefined, shardId: string): Promise<ShardRange | undefined> {
    const newest = newestShardId(map?.shards.filter((shard) => shard.shardId < shardId) ?? []);
    if (newest === undefined) return undefined;
    const { answer } = await this.#attempt('ListShards', (signal) =>
      this.#parts.api.listShards({ filter: 'after-shard-id', shardId: newest }, signal),
    );
    return answer?.find((shard) => shard.shardId === shardId);
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
    const onLate = () => abort.abort(timedOut(call));
    const timer = this.#parts.clock.schedule(callWithinMs, onLate, { keepAlive: false });
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

  #tell(
    waiters: readonly ((fault: ServiceFault | undefined) => void)[],
    fault: ServiceFault | undefined,
  ): void {
    for (const resolve of waiters) resolve(fault);
  }
}

function checkedListing(shards: readonly ShardRange[]): readonly ShardRange[] {
  if (coversEverything(shards)) return shards;
  const error = new Error(`ListShards showed ${shards.length} open shards that do not cover every hash key.`);
  error.name = 'IncompleteListing';
  throw error;
}

function timedOut(call: ShardMapCall): Error {
  const error = new Error(`${call} was not answered within ${callWithinMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
