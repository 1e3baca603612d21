import { setMaxListeners } from 'node:events';
import type { Clock, Random } from '@shardline/core';
import { callWithin, Loop } from '@shardline/core/internal';
import PQueue from 'p-queue';
import type { Coordinator, OnGain } from './coordinator.js';
import type { CoordinationTask, GainReason } from './events.js';
import { giveBackRest } from './give-back.js';
import { HeldLease } from './held-lease.js';
import { inHandoff, type Lease } from './lease.js';
import type { LeaseStore } from './lease-store.js';
import { LeaseWatch } from './lease-watch.js';
import { type Moment, momentOf } from './lifetime.js';
import { type PlannedTake, planTakes } from './plan-takes.js';

/** Lease writes at once. */
const writesAtOnce = 32;

/** What a {@link CounterCoordinator} is built from. */
export interface CounterCoordinatorParts {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly workerId: string;
  readonly failoverMs: number;
  /** Longest wait for the store, in milliseconds. */
  readonly callTimeoutMs: number;
  /** C3: whether a lease may be processed, given all leases; `'check'`: only once its missing parents are seen to be missing. */
  readonly mayStart: (lease: Lease, leases: ReadonlyMap<string, Lease>) => 'yes' | 'no' | 'check';
  readonly onGain: OnGain;
  /** Shards that this worker still works on, whether or not it has the lease: not to be taken again before. */
  readonly busy: () => Iterable<string>;
  /** User data that a held lease's shard gave lately, in kilobytes a second. */
  readonly throughputKBps: (leaseKey: string) => number | undefined;
  readonly onHandoffAsked: (leaseKey: string, from: string) => void;
  readonly onFailure: (task: CoordinationTask, error: unknown) => void;
  /** Told after each answered listing, so that others need not list again. */
  readonly onListed: (leases: readonly Lease[]) => void;
}

/**
 * Coordination by the KCL's counters: every lease is renewed by itself, and a lease whose counter stands still is taken. All workers
 * list all leases; there is no leader.
 */
export class CounterCoordinator implements Coordinator {
  readonly #parts: CounterCoordinatorParts;
  readonly #watch = new LeaseWatch();
  readonly #held = new Map<string, HeldLease>();
  readonly #asked = new Set<string>();
  /** Keys of what the last look was to take and did not get, or may not begin with: it must not hold up hand-offs for ever. */
  #fruitless: ReadonlySet<string> = new Set();
  readonly #hurried = new AbortController();
  readonly #looks: Loop;
  readonly #renewals: Loop;
  /** A queue each: takes that hang must not hold up renewals. */
  readonly #gains = new PQueue({ concurrency: writesAtOnce });
  readonly #signsOfLife = new PQueue({ concurrency: writesAtOnce });
  #leaseCount = 0;
  /** When the last round of renewals began, or this was made. */
  #renewalsMs: number;
  #taking = false;

  constructor(parts: CounterCoordinatorParts) {
    this.#parts = parts;
    // Every take under way listens.
    setMaxListeners(0, this.#hurried.signal);
    const { clock, random, onFailure, failoverMs } = parts;
    this.#renewalsMs = clock.monotonic();
    const everyMs = () => lookEveryMs(this.#leaseCount, failoverMs);
    const sinceRenewalsMs = () => clock.monotonic() - this.#renewalsMs;
    this.#looks = new Loop({
      clock,
      random,
      get everyMs() {
        return everyMs();
      },
      jitter: 0.1,
      run: (signal) => this.#look(signal),
      onError: (error) => onFailure('list-leases', error),
    });
    this.#renewals = new Loop({
      clock,
      random,
      // From start to start: where one renewal is not answered there is time for another before the fence.
      get everyMs() {
        return Math.max(failoverMs / 3 - sinceRenewalsMs(), 0);
      },
      jitter: 0.1,
      run: () => this.#renewAll(),
      onError: (error) => onFailure('renew-lease', error),
    });
  }

  start(): void {
    this.#taking = true;
    this.#looks.start('now');
    this.#renewals.start('later');
  }

  lookSoon(): void {
    this.#looks.runSoon();
  }

  isSilent(lease: Lease): boolean {
    const { clock, failoverMs } = this.#parts;
    return this.#watch.unchangedMs(lease.leaseKey, clock.monotonic()) >= failoverMs;
  }

  async stopTaking(): Promise<void> {
    this.#taking = false;
    await this.#looks.stop();
  }

  hurry(): void {
    this.#hurried.abort();
  }

  async close(): Promise<void> {
    await this.stopTaking();
    await this.#renewals.stop();
    await Promise.all([this.#gains.onIdle(), this.#signsOfLife.onIdle()]);
    await giveBackRest({ ...this.#parts, call: (call) => this.#call(call) });
  }

  /** One look at all leases, and what follows from it. */
  async #look(signal: AbortSignal): Promise<void> {
    const leases = await this.#call((inner) => this.#parts.store.list(inner), signal);
    this.#leaseCount = leases.length;
    this.#watch.see(leases, this.#parts.clock.monotonic());
    this.#forgetLost();
    const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
    for (const [key, held] of this.#held) {
      const lease = byKey.get(key);
      if (lease !== undefined) held.observe(lease);
    }
    for (const key of this.#asked) {
      if (byKey.get(key)?.leaseOwner !== this.#parts.workerId) this.#asked.delete(key);
    }
    this.#parts.onListed(leases);
    if (this.#taking) await this.#act(leases, byKey);
  }

  async #act(leases: readonly Lease[], byKey: ReadonlyMap<string, Lease>): Promise<void> {
    const { workerId, failoverMs, random, clock, mayStart } = this.#parts;
    const plan = planTakes({
      workerId,
      leases,
      held: new Set([...this.#held.keys(), ...this.#parts.busy()]),
      asked: this.#asked,
      fruitless: this.#fruitless,
      unchangedMs: ({ leaseKey }) => this.#watch.unchangedMs(leaseKey, clock.monotonic()),
      failoverMs,
      mayStart: (lease) => mayStart(lease, byKey) !== 'no',
      random,
    });
    const takes = plan.takes.map((take) => this.#gains.add(() => this.#take(take, byKey)));
    const asks = plan.handoffs.map((lease) => this.#gains.add(() => this.#askFor(lease)));
    await Promise.all([...takes, ...asks]);
    const missed = plan.takes.filter(({ lease }) => !this.#held.has(lease.leaseKey));
    this.#fruitless = new Set(missed.map(({ lease }) => lease.leaseKey));
  }

  /** Not ended by a stop: a take whose answer nobody waits for would leave the lease to expire. */
  async #take(take: PlannedTake, leases: ReadonlyMap<string, Lease>): Promise<void> {
    const { store, clock, workerId, failoverMs, callTimeoutMs } = this.#parts;
    const { lease } = take;
    try {
      if (!this.#taking || !(await this.#mayStart(lease, leases))) return;
      const taken = await this.#writeTake(lease);
      if (taken === undefined) return;
      const held = new HeldLease({ store, clock, workerId, failoverMs, callTimeoutMs, ...taken });
      this.#asked.delete(lease.leaseKey);
      if (!this.#taking) return await held.release('stop');
      this.#held.set(lease.leaseKey, held);
      await this.#handOver(held, take.reason);
    } catch (error) {
      this.#failed('take-lease', error);
    }
  }

  /** A lease that nobody can work with is not kept. */
  async #handOver(held: HeldLease, reason: GainReason): Promise<void> {
    try {
      this.#parts.onGain(held, reason);
    } catch (error) {
      await held.release('stop');
      throw error;
    }
  }

  /** Undefined: it is not to be had. An earlier take that was written late may have been seen by others before: it does not count. */
  async #writeTake(lease: Lease): Promise<{ readonly lease: Lease; readonly takenAt: Moment } | undefined> {
    const { store, clock, workerId } = this.#parts;
    for (let known = lease; ; ) {
      const takenAt = momentOf(clock);
      const answer = await this.#call((signal) => store.take(known, workerId, signal), this.#hurried.signal);
      if (answer.written) return { lease: answer.lease, takenAt };
      if (!isOwnTake(answer.lease, known, workerId)) return undefined;
      known = answer.lease;
    }
  }

  /** C3 for a shard that has not been read yet, whose parents' leases are not listed: a listing is no snapshot. */
  async #mayStart(lease: Lease, leases: ReadonlyMap<string, Lease>): Promise<boolean> {
    const { store, mayStart } = this.#parts;
    if (mayStart(lease, leases) === 'yes') return true;
    const known = new Map(leases);
    for (const parent of lease.parentShardIds) {
      if (known.has(parent)) continue;
      const found = await this.#call((signal) => store.get(parent, signal), this.#hurried.signal);
      if (found !== undefined) known.set(parent, found);
    }
    return mayStart(lease, known) !== 'no';
  }

  async #askFor(lease: Lease): Promise<void> {
    const { store, workerId, onHandoffAsked } = this.#parts;
    try {
      const ask = (signal: AbortSignal) => store.startHandoff(lease, workerId, signal);
      const answer = await this.#call(ask, this.#hurried.signal);
      const asked = answer.lease?.leaseOwner === workerId && inHandoff(answer.lease);
      if (!asked || this.#asked.has(lease.leaseKey)) return;
      this.#asked.add(lease.leaseKey);
      onHandoffAsked(lease.leaseKey, lease.leaseOwner ?? '');
    } catch (error) {
      this.#failed('hand-off', error);
    }
  }

  /** What was ended for a stop that is in a hurry has not failed. */
  #failed(task: CoordinationTask, error: unknown): void {
    const { signal } = this.#hurried;
    if (!signal.aborted || error !== signal.reason) this.#parts.onFailure(task, error);
  }

  async #renewAll(): Promise<void> {
    this.#renewalsMs = this.#parts.clock.monotonic();
    this.#forgetLost();
    await Promise.all([...this.#held.values()].map((held) => this.#signsOfLife.add(() => this.#renew(held))));
  }

  async #renew(held: HeldLease): Promise<void> {
    try {
      await held.renew(this.#parts.throughputKBps(held.shardId));
    } catch (error) {
      if (held.lost === undefined) this.#parts.onFailure('renew-lease', error);
    }
  }

  #forgetLost(): void {
    for (const [key, held] of this.#held) if (held.lost !== undefined) this.#held.delete(key);
  }

  #call<Result>(call: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return callWithin(this.#parts.clock, this.#parts.callTimeoutMs, call, signal);
  }
}

/**
 * Pause between looks, in milliseconds: a second, so that what is free is taken at once; longer for tables whose listing costs
 * more (5 ms a lease: one of 400 leases reads some 100 KiB), but never so long that an expired lease goes unseen for long.
 */
export function lookEveryMs(leases: number, failoverMs: number): number {
  return Math.min(Math.max(1_000, leases * 5), Math.max(failoverMs / 3, 1_000));
}

/** Whether what is there was written by an earlier take of this worker: its id is its own, so nobody else wrote it. */
function isOwnTake(lease: Lease | undefined, before: Lease, workerId: string): lease is Lease {
  return (
    lease?.leaseOwner === workerId &&
    lease.checkpointOwner === undefined &&
    lease.leaseCounter === before.leaseCounter + 1
  );
}
