import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import { shardHistories } from '@shardline/testing/arbitraries';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canStart } from '../src/can-start.js';
import { isInitial, isShardEnd, shardEnd } from '../src/checkpoint.js';
import { createChildren } from '../src/end-of-shard.js';
import type { ConsumerEvent } from '../src/events.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import { initialStart } from '../src/initial-start.js';
import type { Lease } from '../src/lease.js';
import { LeasePlanner } from '../src/lease-planner.js';
import { planFirstLeases } from '../src/plan-leases.js';
import { ShardLister } from '../src/shard-lister.js';
import { ShardSync } from '../src/shard-sync.js';
import { at, ShardTree, treeReads } from './support/shard-tree.js';

const { signal } = new AbortController();

/** An application that begins at a time of a stream's life, with a part of its first leases made. */
class Play {
  readonly tree: ShardTree;
  readonly begin: ReadonlySet<string>;
  readonly created: string[] = [];
  readonly started: string[] = [];
  readonly finished = new Set<string>();
  readonly #store = new InMemoryLeaseStore();
  readonly #sync: ShardSync;
  readonly #endParts: Parameters<typeof createChildren>[0];
  /** Creations that pass before one fails; undefined: none fails. */
  #createsLeft: number | undefined;

  constructor(tree: ShardTree, beginMs: number, position: 'trim-horizon' | Date) {
    this.tree = tree;
    this.begin = new Set(tree.layer(beginMs).map(({ shardId }) => shardId));
    const clock = new ManualClock();
    const reads = treeReads(tree, { horizonMs: beginMs });
    const lister = new ShardLister({ reads, clock, random: seededRandom(1), stream: 'tweets' });
    const planner = new LeasePlanner({ lister, clock, initialPosition: position });
    const store = this.#crashing();
    const tell = (event: ConsumerEvent) => {
      if (event.type === 'lease-created') this.created.push(event.shardId);
    };
    this.#endParts = { store, clock, callTimeoutMs: 1_000, planner, tell };
    this.#sync = new ShardSync({
      ...this.#endParts,
      ...{ store, planner, isHeld: () => true, applicationName: 'counts', stream: 'tweets' },
    });
  }

  /** The first leases as far as a crash let them be made. */
  async beginWith(position: 'trim-horizon' | Date, count: number): Promise<void> {
    const layer = this.tree.list().filter(({ shardId }) => this.begin.has(shardId));
    const plan = planFirstLeases(layer, initialStart(position, [], 0));
    for (const { lease } of plan.slice(0, 1 + (count % plan.length))) {
      await this.#store.create(lease);
      this.created.push(lease.leaseKey);
    }
  }

  async step(kind: 'start' | 'finish' | 'crash' | 'sync', pick: number): Promise<void> {
    if (kind === 'sync') await this.#sync.run(signal);
    else if (kind === 'start') await this.#start(chosen(await this.#startable(), pick));
    else await this.#finish(chosen(await this.#finishable(), pick), kind === 'crash' ? pick % 3 : undefined);
  }

  /** Goes on until nothing changes any more. */
  async drain(): Promise<void> {
    for (;;) {
      await this.#sync.run(signal);
      const [next] = await this.#startable();
      const [done] = await this.#finishable();
      if (!next && !done) return;
      await this.#start(next);
      await this.#finish(done, undefined);
    }
  }

  async #startable(): Promise<readonly Lease[]> {
    const leases = await this.#store.list();
    const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
    return leases.filter((lease) => isInitial(lease.checkpoint) && canStart(lease, byKey) !== 'no');
  }

  async #finishable(): Promise<readonly Lease[]> {
    const closed = new Set(this.tree.list().flatMap(({ open, shardId }) => (open ? [] : [shardId])));
    const leases = await this.#store.list();
    return leases.filter(
      ({ leaseKey, checkpoint }) => closed.has(leaseKey) && !isInitial(checkpoint) && !isShardEnd(checkpoint),
    );
  }

  async #start(lease: Lease | undefined): Promise<void> {
    if (!lease) return;
    this.started.push(lease.leaseKey);
    const unread = lease.parentShardIds.filter((id) => this.region().has(id) && !this.finished.has(id));
    expect(unread).toEqual([]);
    await this.#store.checkpoint(lease, at('9'.repeat(56)));
  }

  async #finish(lease: Lease | undefined, creates: number | undefined): Promise<void> {
    if (!lease) return;
    const children = this.tree.list().filter(({ parentShardIds }) => parentShardIds.includes(lease.leaseKey));
    this.#createsLeft = creates;
    try {
      await createChildren(this.#endParts, lease.leaseKey, children, signal);
      await this.#store.checkpoint(lease, shardEnd);
      this.finished.add(lease.leaseKey);
    } catch (error) {
      if ((error as Error).message !== 'crashed') throw error;
    } finally {
      this.#createsLeft = undefined;
    }
  }

  /** The shards that the application reads: its first layer and what came of it. */
  region(): ReadonlySet<string> {
    const region = new Set(this.begin);
    for (const { shardId, parentShardIds } of this.tree.list()) {
      if (parentShardIds.some((id) => region.has(id))) region.add(shardId);
    }
    return region;
  }

  #crashing() {
    const store = this.#store;
    return {
      list: store.list.bind(store),
      get: store.get.bind(store),
      updateMetadata: store.updateMetadata.bind(store),
      delete: store.delete.bind(store),
      create: async (...[lease]: Parameters<InMemoryLeaseStore['create']>) => {
        if (this.#createsLeft === 0) throw new Error('crashed');
        if (this.#createsLeft !== undefined) this.#createsLeft -= 1;
        return store.create(lease);
      },
    };
  }
}

function chosen(leases: readonly Lease[], pick: number): Lease | undefined {
  return leases[pick % leases.length];
}

const steps = fc.array(
  fc.tuple(fc.constantFrom('start', 'finish', 'start', 'finish', 'crash', 'sync'), fc.nat()),
  { maxLength: 40 },
);

it('C3, C11: in whatever order shards finish, each is leased and started once, and after all its parents', async () => {
  await fc.assert(
    fc.asyncProperty(
      shardHistories({ maxShards: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      fc.nat(),
      steps,
      async (history, begin, dated, count, plan) => {
        const tree = ShardTree.of(history);
        const beginMs = Math.floor(begin * tree.nowMs);
        const position = dated ? new Date(beginMs) : 'trim-horizon';
        const play = new Play(tree, beginMs, position);
        await play.beginWith(position, count);
        for (const [kind, pick] of plan) await play.step(kind, pick);
        await play.drain();
        const region = [...play.region()].sort();
        expect([...play.created].sort()).toEqual(region);
        expect([...play.started].sort()).toEqual(region);
        const closed = tree.list().flatMap(({ open, shardId }) => (open ? [] : [shardId]));
        expect([...play.finished].sort()).toEqual(closed.filter((id) => region.includes(id)).sort());
      },
    ),
  );
});
