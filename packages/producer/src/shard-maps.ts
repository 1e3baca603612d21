import { setMaxListeners } from 'node:events';
import type { Clock, Random, Timer } from '@shardline/core';
import { delay, fullJitterMs, Loop, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import type { KinesisApi, StreamSummary } from './kinesis-api.js';
import { coversEverything, newestShardId, ShardMap, type ShardRange } from './shard-map.js';

/** What a {@link ShardMaps} needs from outside. */
export interface ShardMapsParts {
  readonly api: Pick<KinesisApi, 'listShards' | 'describeStreamSummary'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onMap: (map: ShardMap) => void;
  readonly onSummary: (summary: StreamSummary) => void;
  /** A call failed; the old map serves on. */
  readonly onFault: (call: 'ListShards' | 'DescribeStreamSummary', fault: ServiceFault) => void;
}

/** Routine refresh. Evidence of a reshard asks for one at once; this finds what no put has met. */
const refreshEveryMs = 60_000;
/** Least time from one listing to the next, however much evidence comes in: the call budget. */
const leastSpacingMs = 200;
/** Back-off after a failed listing. */
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
      onError: (error) => parts.onFault('ListShards', serviceFaultOf(error)),
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
    const late = delay(this.#parts.clock, locateWithinMs, this.#closed.signal).then(() => 'late' as const);
    while (!this.#closed.signal.aborted && this.#parts.clock.monotonic() < deadlineMs) {
      const fault = await Promise.race([this.refresh(), late]);
      if (fault !== undefined) continue;
      const map = this.#map;
      const landed =
        map?.shards.find((shard) => shard.shardId === shardId) ?? (await this.#listedAfter(map, shardId));
      if (landed) return { landed, map };
    }
    return { landed: undefined, map: undefined };
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
    await this.#fetchSummary();
    this.#tell(waiters, await this.#fetchMap());
  }

  async #fetchSummary(): Promise<void> {
    try {
      this.#parts.onSummary(await this.#call((signal) => this.#parts.api.describeStreamSummary(signal)));
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#parts.onFault('DescribeStreamSummary', serviceFaultOf(error));
    }
  }

  async #fetchMap(): Promise<ServiceFault | undefined> {
    try {
      const shards = await this.#call((signal) =>
        this.#parts.api.listShards({ filter: 'at-latest' }, signal),
      );
      if (!coversEverything(shards)) throw incompleteListing(shards.length);
      this.#failures = 0;
      this.#map = new ShardMap(shards);
      this.#parts.onMap(this.#map);
      return undefined;
    } catch (error) {
      const fault = serviceFaultOf(error);
      if (this.#closed.signal.aborted) return fault;
      this.#failures += 1;
      this.#parts.onFault('ListShards', fault);
      const retryMs = leastSpacingMs + fullJitterMs(this.#failures, failureBackoff, this.#parts.random);
      const again = () => this.#loop.runSoon();
      this.#retry = this.#parts.clock.schedule(retryMs, again, { keepAlive: false });
      return fault;
    }
  }

  /** A shard that opened and closed again between two listings is in none of the open ones. */
  async #listedAfter(map: ShardMap | undefined, shardId: string): Promise<ShardRange | undefined> {
    const newest = newestShardId(map?.shards.filter((shard) => shard.shardId < shardId) ?? []);
    if (newest === undefined) return undefined;
    try {
      const shards = await this.#call((signal) =>
        this.#parts.api.listShards({ filter: 'after-shard-id', shardId: newest }, signal),
      );
      return shards.find((shard) => shard.shardId === shardId);
    } catch (error) {
      this.#parts.onFault('ListShards', serviceFaultOf(error));
      return undefined;
    }
  }

  /** One call with a time-out; over at once when this closes. */
  async #call<Answer>(call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    this.#closed.signal.throwIfAborted();
    const abort = new AbortController();
    const timer = this.#parts.clock.schedule(callWithinMs, () => abort.abort(), { keepAlive: false });
    const onClose = () => abort.abort();
    this.#closed.signal.addEventListener('abort', onClose, { once: true });
    const aborted = new Promise<never>((_resolve, reject) => {
      abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
    });
    try {
      return await Promise.race([call(abort.signal), aborted]);
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

function incompleteListing(shards: number): Error {
  const error = new Error(`ListShards showed ${shards} open shards that do not cover every hash key.`);
  error.name = 'IncompleteListing';
  return error;
}
