import type { Clock, Random, ScheduleOptions } from '@shardline/core';
import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { CounterCoordinator, type CounterCoordinatorParts } from '../../src/counter-coordinator.js';
import type { CoordinationTask, GainReason } from '../../src/events.js';
import type { HeldLease } from '../../src/held-lease.js';
import { InMemoryLeaseStore } from '../../src/in-memory-lease-store.js';
import type { NewLease } from '../../src/lease.js';
import { failoverMs, newLease } from './held-leases.js';
import { shardId } from './shard-tree.js';
import { StoreLine, swallowed } from './store-line.js';

/** A clock whose owner may die: what it had planned is never run. */
class MortalClock implements Clock {
  alive = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(delayMs: number, run: () => void, options?: ScheduleOptions) {
    return this.#clock.schedule(delayMs, () => this.alive && run(), options);
  }
}

/** What a worker was told, with the time in milliseconds. */
export interface Gain {
  readonly shard: number;
  readonly reason: GainReason;
  readonly atMs: number;
}

export interface WorkerOptions extends Partial<CounterCoordinatorParts> {
  /** How long it works on before it hands over. */
  readonly drainMs?: number;
}

/** A worker that does nothing but hold leases, and hands over what it is asked for. */
export class CoordinatedWorker {
  readonly line: StoreLine;
  readonly coordinator: CounterCoordinator;
  readonly gains: Gain[] = [];
  /** Hand-offs it asked for: shard and owner. */
  readonly asked: string[] = [];
  readonly failures: CoordinationTask[] = [];
  readonly holds = new Set<HeldLease>();
  readonly #clock: MortalClock;

  constructor(
    given: { readonly workerId: string; readonly random: Random; readonly fleet: LeaseFleet },
    options: WorkerOptions,
  ) {
    const { workerId, random, fleet } = given;
    const { drainMs = 0, ...parts } = options;
    const clock = new MortalClock(fleet.clock);
    this.#clock = clock;
    this.line = new StoreLine(fleet.memory);
    this.coordinator = new CounterCoordinator({
      store: this.line.store,
      clock,
      random,
      workerId,
      failoverMs,
      callTimeoutMs: failoverMs / 3,
      mayStart: () => 'yes',
      busy: () => this.held().map(shardId),
      throughputKBps: () => undefined,
      onHandoffAsked: (key, from) => void this.asked.push(`${Number(key.slice(-12))} of ${from}`),
      onFailure: (task) => void this.failures.push(task),
      onListed: () => undefined,
      onGain: (hold, reason) => {
        fleet.expectAlone(hold.shardId, this);
        this.gains.push({ shard: Number(hold.shardId.slice(-12)), reason, atMs: clock.monotonic() });
        this.holds.add(hold);
        const handOver = () => clock.schedule(drainMs, () => void this.#giveUp(hold, 'hand-off'));
        hold.handoffAsked.addEventListener('abort', handOver, { once: true });
      },
      ...parts,
    });
  }

  /** Numbers of the shards whose leases it holds, in order. */
  held(): number[] {
    const held = [...this.holds].filter(({ lost }) => lost === undefined);
    return held.map(({ shardId: key }) => Number(key.slice(-12))).sort((a, b) => a - b);
  }

  /** Stops as the consumer does. */
  async stop(): Promise<void> {
    await this.coordinator.stopTaking();
    await Promise.all([...this.holds].map((hold) => hold.lost ?? this.#giveUp(hold, 'stop')));
    await this.coordinator.close();
  }

  /** Dies on the spot. */
  crash(): void {
    this.#clock.alive = false;
    this.line.otherwise = swallowed;
  }

  async #giveUp(hold: HeldLease, reason: 'stop' | 'hand-off'): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        await hold.release(reason);
        return;
      } catch {
        if (hold.lost !== reason) return;
      }
    }
  }
}

/** Workers on one table, in virtual time. Fails when two of them hold one lease (C2). */
export class LeaseFleet {
  readonly clock = new ManualClock();
  readonly memory = new InMemoryLeaseStore();
  readonly workers: CoordinatedWorker[] = [];
  /** Leases that were gained while another worker held them. */
  readonly clashes: string[] = [];

  async create(leases: readonly NewLease[] | number): Promise<this> {
    await this.memory.open({ applicationName: 'counts' });
    const all =
      typeof leases === 'number' ? Array.from({ length: leases }, (_, at) => newLease(shardId(at))) : leases;
    for (const lease of all) await this.memory.create(lease);
    return this;
  }

  /** A further worker; not started. */
  worker(options: WorkerOptions = {}): CoordinatedWorker {
    const at = this.workers.length + 1;
    const given = { workerId: `w${at}`, random: seededRandom(at), fleet: this };
    const worker = new CoordinatedWorker(given, options);
    this.workers.push(worker);
    return worker;
  }

  /** A further worker, started. */
  start(options: WorkerOptions = {}): CoordinatedWorker {
    const worker = this.worker(options);
    worker.coordinator.start();
    return worker;
  }

  /** Runs until `promise` settles, in steps of virtual time. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    for (let step = 0; step < 10_000; step += 1) {
      await this.clock.advance(step === 0 ? 0 : 10);
      if (settled) return promise;
    }
    throw new Error('It never settled.');
  }

  expectAlone(key: string, gaining: CoordinatedWorker): void {
    const shard = Number(key.slice(-12));
    const others = this.workers.filter((worker) => worker !== gaining && worker.held().includes(shard));
    for (const other of others) {
      this.clashes.push(`${shard}: ${this.workers.indexOf(other)} and ${this.workers.indexOf(gaining)}`);
    }
  }
}
