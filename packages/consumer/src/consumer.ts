import { InvalidOptionError } from '@shardline/core';
import { callWithin, delay, fullJitterMs } from '@shardline/core/internal';
import type { ConsumerEnd } from './consumer-end.js';
import { ConsumerStateError, type KinesisCallError, withSilence } from './errors.js';
import type { ConsumerHealth } from './health.js';
import { type ConsumerOptions, type ResolvedConsumerOptions, resolveConsumerOptions } from './options.js';
import { Reporter } from './reporter.js';
import { type ConsumerEdges, sdkEdges } from './sdk-edges.js';
import { Worker } from './worker.js';

/** How long {@link Consumer.stop} waits unless told otherwise: below the 30 s that Kubernetes gives a container. */
const defaultStopDeadlineMs = 20_000;

/** How often a start is tried where what fails may pass, and the pauses between. */
const startTries = 5;
const startBackoff = Object.freeze({ baseMs: 250, capMs: 5_000 });

/**
 * Reads one Kinesis data stream together with the other workers of its application: each shard by one of them, de-aggregated, in order,
 * at least once.
 *
 * ```
 * new ──start──▶ starting ──▶ running ──stop, or the stream is gone──▶ stopping ──▶ stopped
 *  ▲                │
 *  └──rejects───────┘
 * ```
 */
export class Consumer {
  /** Resolves when the consumer has ended, with the reason; never rejects. */
  readonly finished: Promise<ConsumerEnd>;
  readonly #options: ResolvedConsumerOptions;
  readonly #edges: ConsumerEdges;
  readonly #reporter: Reporter;
  readonly #starting = new AbortController();
  /** Fires when a stop waits no longer for handlers; its reason says why. */
  readonly #hurry = new AbortController();
  #state: ConsumerHealth['state'] = 'new';
  #workerId = '';
  #worker: Worker | undefined;
  #opening: Promise<void> | undefined;
  #opened: 'created' | 'existed' | undefined;
  #stopped: Promise<void> | undefined;
  #end: (end: ConsumerEnd) => void = () => undefined;
  #keepAlive: { cancel(): void } | undefined;

  /** Checks the options and throws `INVALID_OPTION`; makes no request. */
  constructor(options: ConsumerOptions);
  /** @internal */
  constructor(options: ConsumerOptions, edges?: ConsumerEdges);
  constructor(options: ConsumerOptions, edges?: ConsumerEdges) {
    this.#options = resolveConsumerOptions(options);
    this.#edges = edges ?? sdkEdges(this.#options);
    this.#reporter = new Reporter(this.#options.stream, this.#options);
    this.finished = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /**
   * Opens the lease store, creates the leases that are missing, and begins to take and read shards. Rejects where nothing can be read
   * until somebody acts: a wrong table, a missing right, no such stream; then it may be called again.
   */
  async start(): Promise<void> {
    if (this.#state !== 'new') {
      throw new ConsumerStateError(
        `The consumer of stream "${this.#options.stream}" is ${this.#state}; start() is called once, or again after it was rejected. Make a new one.`,
      );
    }
    this.#state = 'starting';
    this.#opening = this.#open();
    try {
      await this.#opening;
    } catch (error) {
      if (this.#state === 'starting') this.#state = 'new';
      throw error;
    }
  }

  /**
   * Finishes what the handlers have in hand, checkpoints, gives every lease back and lets go of connections. After `deadlineMs` (0 or
   * more, 20,000 by default), or when `signal` fires, handlers' signals fire and leases are given back without waiting for them.
   * Then the store is asked for some `failoverMs` at most. A second call returns the first one's promise; the deadline that comes first
   * counts.
   */
  stop(options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {}): Promise<void> {
    const { deadlineMs = defaultStopDeadlineMs, signal, ...unknown } = options;
    const [mistyped] = Object.keys(unknown);
    if (mistyped !== undefined) {
      const known = ['deadlineMs', 'signal'];
      const facts = { owner: 'Consumer.stop', option: mistyped, received: undefined, known };
      return Promise.reject(new InvalidOptionError(facts));
    }
    if (typeof deadlineMs !== 'number' || !(deadlineMs >= 0)) {
      return refuseStop('deadlineMs', deadlineMs, 'a number of milliseconds, 0 or more');
    }
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      return refuseStop('signal', signal, 'an AbortSignal');
    }
    this.#hurryAfter(deadlineMs, signal);
    this.#stopped ??= this.#stop({ reason: 'stop' });
    return this.#stopped;
  }

  /** {@link Consumer.stop} with its default deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** How the consumer and each of its shards are doing. */
  health(): ConsumerHealth {
    const shards = this.#worker?.health() ?? [];
    const silentMs = this.#worker?.leaseStoreSilentMs;
    const storeAnswers = silentMs === undefined || silentMs < this.#options.failoverMs;
    return {
      healthy: this.#state === 'running' && storeAnswers && shards.every((shard) => shard.healthy),
      state: this.#state,
      workerId: this.#workerId,
      leaseStoreSilentMs: silentMs,
      bufferedBytes: this.#worker?.bufferedBytes ?? 0,
      shards,
    };
  }

  async #open(): Promise<void> {
    const { leaseStore, applicationName } = this.#options;
    const { signal } = this.#starting;
    // N1: an id that no worker ever had, for every start.
    this.#workerId = this.#edges.newWorkerId();
    const worker = new Worker({
      workerId: this.#workerId,
      options: this.#options,
      edges: this.#edges,
      reporter: this.#reporter,
      onStreamGone: (error) => this.#endByItself(error),
    });
    const open = () => leaseStore.open({ applicationName, signal });
    // A store that ignores its signal must not keep a stop waiting; one that is open stays so when a later step fails.
    this.#opened ??= await this.#patiently(() =>
      callWithin(this.#edges.clock, Number.POSITIVE_INFINITY, open, signal),
    );
    const reason = this.#opened;
    await this.#patiently(() => worker.sync(signal));
    signal.throwIfAborted();
    this.#worker = worker;
    this.#state = 'running';
    // The pauses of loops let a process end; a consumer that waits for leases is not at its end.
    this.#keepAlive = this.#edges.clock.schedule(Number.POSITIVE_INFINITY, () => undefined);
    worker.start();
    this.#reporter.tell(() => ({ type: 'started', reason, workerId: this.#workerId }));
  }

  /** What may pass is tried again a few times. */
  async #patiently<Result>(step: () => Promise<Result>): Promise<Result> {
    const { clock, random } = this.#edges;
    const { signal } = this.#starting;
    for (let tries = 1; ; tries += 1) {
      try {
        signal.throwIfAborted();
        return await step();
      } catch (thrown) {
        signal.throwIfAborted();
        const error = withSilence('sync-shards', thrown);
        const passing = (error as { retryable?: unknown } | null)?.retryable === true;
        if (!passing || tries === startTries) throw error;
        this.#reporter.failure('sync-shards', error);
        await delay(clock, fullJitterMs(tries, startBackoff, random), signal);
      }
    }
  }

  #endByItself(error: KinesisCallError): void {
    if (this.#stopped !== undefined) return;
    this.#reporter.error(error);
    this.#hurryAfter(defaultStopDeadlineMs, undefined);
    this.#stopped = this.#stop({ reason: 'stream-gone', error });
  }

  #hurryAfter(deadlineMs: number, signal: AbortSignal | undefined): void {
    const timer = this.#edges.clock.schedule(deadlineMs, () => this.#hurry.abort('deadline'));
    const onAbort = () => this.#hurry.abort('aborted');
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    void this.finished.then(() => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    });
  }

  async #stop(end: ConsumerEnd): Promise<void> {
    const { stream, leaseStore, failoverMs } = this.#options;
    const { clock, reads } = this.#edges;
    this.#starting.abort(new ConsumerStateError(`The consumer of stream "${stream}" was stopped.`));
    await this.#opening?.catch(() => undefined);
    this.#state = 'stopping';
    await this.#noMatterWhat(() => this.#worker?.stop(end.reason, this.#hurry.signal));
    await this.#noMatterWhat(() => reads.close());
    await this.#noMatterWhat(() => callWithin(clock, failoverMs, () => leaseStore.close()));
    this.#keepAlive?.cancel();
    this.#state = 'stopped';
    this.#reporter.tell(() => ({ type: 'stopped', reason: end.reason }));
    this.#end(end);
  }

  /** A stop goes on to its end; what fails on the way is told. */
  async #noMatterWhat(step: () => Promise<void> | void | undefined): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#reporter.failure('release-lease', error);
    }
  }
}

function refuseStop(option: string, received: unknown, expected: string): Promise<never> {
  return Promise.reject(new InvalidOptionError({ owner: 'Consumer.stop', option, received, expected }));
}
