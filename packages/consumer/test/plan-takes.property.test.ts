import { seededRandom } from '@shardline/core/internal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { effectiveOwner, type Lease } from '../src/lease.js';
import { assigned, handoffStarted, taken } from '../src/lease-rules.js';
import { leftLyingMs, planTakes } from '../src/plan-takes.js';
import { failoverMs, indexOf, type LeaseState, viewOf } from './support/take-views.js';

const worker = fc.constantFrom('me', 'w1', 'w2', 'w3');
const state: fc.Arbitrary<LeaseState> = fc
  .record({
    owner: fc.option(worker, { nil: undefined }),
    from: fc.option(worker, { nil: undefined, freq: 2 }),
    silentMs: fc.constantFrom(0, failoverMs - 1, failoverMs, 2 * failoverMs - 1, 2 * failoverMs),
    finished: fc.boolean(),
    early: fc.boolean(),
    held: fc.boolean(),
    asked: fc.boolean(),
  })
  .map(({ owner, from, held, ...rest }) => {
    const giver = owner === undefined ? undefined : from;
    return { ...rest, owner, from: giver, held: held && (giver ?? owner) === 'me' };
  });

/** A plan for some view, each lease with the state it was made from. */
const planned = fc.tuple(fc.array(state, { maxLength: 30 }), fc.nat()).map(([states, seed]) => {
  const { takes, handoffs } = planTakes(viewOf(states, { random: seededRandom(seed) }));
  const stateOf = (lease: Lease) => states[indexOf(lease)] as LeaseState & { silentMs: number };
  return { takes, handoffs, stateOf };
});

it('takes nothing that a living worker holds, that is finished, or that may not start (C2, C3)', () => {
  fc.assert(
    fc.property(planned, ({ takes, stateOf }) => {
      for (const { lease, reason } of takes) {
        const { silentMs, asked } = stateOf(lease);
        const holder = effectiveOwner(lease);
        expect(stateOf(lease)).toMatchObject({ finished: false, early: false, held: false });
        if (reason === 'free') expect(holder).toBeUndefined();
        else if (reason === 'expired') expect(silentMs).toBeGreaterThanOrEqual(failoverMs);
        else expect(holder).toBe('me');
        if (reason === 'handed-over') expect(asked).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it('asks living workers alone, for what they have and are not giving away, and for nothing twice', () => {
  fc.assert(
    fc.property(planned, ({ takes, handoffs, stateOf }) => {
      for (const lease of handoffs) {
        expect(['w1', 'w2', 'w3']).toContain(lease.leaseOwner);
        expect(lease.checkpointOwner).toBeUndefined();
        expect(stateOf(lease).finished).toBe(false);
        expect(stateOf(lease).silentMs).toBeLessThan(failoverMs);
      }
      const keys = [...takes.map(({ lease }) => lease), ...handoffs].map(({ leaseKey }) => leaseKey);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 500 },
  );
});

it('asks one worker that has everything for half of it, each lease once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), (count, seed) => {
      const states = Array.from({ length: count }, () => ({ owner: 'w1' }));
      const { handoffs } = planTakes(viewOf(states, { random: seededRandom(seed) }));
      expect(new Set(handoffs.map(indexOf)).size).toBe(Math.floor(count / 2));
      expect(handoffs).toHaveLength(Math.floor(count / 2));
    }),
  );
});

it('leaves nothing free that may start, unless it has its share and the lease has not lain there for long', () => {
  fc.assert(
    fc.property(fc.array(state, { maxLength: 30 }), (states) => {
      const view = viewOf(states);
      const { takes } = planTakes(view);
      const active = states.filter(({ finished }) => !finished);
      const seen = active.filter(({ owner, silentMs = 0 }) => owner === 'me' || silentMs < failoverMs);
      const owners = new Set(['me', ...seen.flatMap(({ owner }) => owner ?? [])]);
      const owned = active.filter(({ owner }) => owner === 'me').length;
      const lies = ({ owner, silentMs = 0 }: LeaseState) =>
        silentMs >= (owner === undefined ? 0 : failoverMs) + leftLyingMs;
      const fresh = takes.filter(({ lease }) => !lies(states[indexOf(lease)] ?? {}));
      const gained = fresh.filter(({ lease }) => lease.leaseOwner !== 'me').length;
      const planned = new Set(takes.map(({ lease }) => indexOf(lease)));
      const left = states.filter(
        ({ owner, finished, early, held }, index) =>
          owner === undefined && !finished && !early && !held && !planned.has(index),
      );
      expect(left.filter(lies)).toEqual([]);
      const all = takes.filter(({ lease }) => lease.leaseOwner !== 'me').length;
      if (left.length > 0) expect(owned + all).toBeGreaterThanOrEqual(active.length / owners.size);
      expect(owned + gained).toBeLessThanOrEqual(Math.max(owned, Math.ceil(active.length / owners.size)));
    }),
    { numRuns: 500 },
  );
});

/** Living workers that carry out their plans on the same leases. */
class Fleet {
  leases: Lease[];
  readonly #asked = new Map<string, Set<string>>();
  readonly #workers: readonly string[];

  constructor(workers: number, leases: number, owners: readonly number[]) {
    this.#workers = Array.from({ length: workers }, (_, at) => `w${at}`);
    const states = Array.from({ length: leases }, (_, at) => {
      const owner = owners[at % owners.length] ?? -1;
      return owner < 0 ? {} : { owner: `w${owner % workers}` };
    });
    this.leases = [...viewOf(states).leases];
    for (const name of this.#workers) this.#asked.set(name, new Set());
  }

  /** One look of a worker, at `seen`; how many writes took effect. */
  look(at: number, seed: number, seen = this.leases): number {
    const workerId = this.#workers[at % this.#workers.length] as string;
    const asked = this.#asked.get(workerId) as Set<string>;
    const held = new Set(
      seen.flatMap((lease) => (effectiveOwner(lease) === workerId ? [lease.leaseKey] : [])),
    );
    const { takes, handoffs } = planTakes({
      ...viewOf([]),
      workerId,
      leases: seen,
      held,
      asked,
      random: seededRandom(seed),
    });
    const taking = takes.map(({ lease }) => this.#write(lease, (current) => taken(current, lease, workerId)));
    const asking = handoffs.map((lease) => {
      const started = this.#write(lease, (current) => handoffStarted(current, lease, workerId));
      if (started) asked.add(lease.leaseKey);
      return started;
    });
    return [...taking, ...asking].filter(Boolean).length;
  }

  /** Every hand-off under way is ended by the worker that gives the lease away. */
  handOver(): void {
    this.leases = this.leases.map((lease) => {
      if (lease.checkpointOwner === undefined) return lease;
      return assigned(lease, lease, lease.leaseOwner as string).lease as Lease;
    });
  }

  /** Leases of each worker. */
  counts(): number[] {
    return this.#workers.map((name) => this.leases.filter(({ leaseOwner }) => leaseOwner === name).length);
  }

  get size(): number {
    return this.#workers.length;
  }

  #write(lease: Lease, rule: (current: Lease) => { written: boolean; lease: Lease | undefined }): boolean {
    const current = this.leases[indexOf(lease)] as Lease;
    const { written, lease: next } = rule(current);
    if (written) this.leases[indexOf(lease)] = next as Lease;
    return written;
  }
}

const fleet = {
  workers: fc.integer({ min: 1, max: 8 }),
  leases: fc.integer({ min: 1, max: 50 }),
  owners: fc.array(fc.integer({ min: -1, max: 7 }), { minLength: 1, maxLength: 50 }),
};

function expectEven(play: Fleet): void {
  const counts = play.counts();
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(play.leases.length);
  for (let at = 0; at < play.size; at += 1) expect(play.look(at, at)).toBe(0);
}

it('workers that look in any order come to an even spread, and then plan nothing more', () => {
  fc.assert(
    fc.property(
      fleet.workers,
      fleet.leases,
      fleet.owners,
      fc.infiniteStream(fc.record({ worker: fc.nat(7), seed: fc.nat(), handOver: fc.boolean() })),
      (workers, leases, owners, chance) => {
        const play = new Fleet(workers, leases, owners);
        for (let round = 0; round < 6; round += 1) {
          // At random, then everyone in turn, so that nobody is left out for ever.
          for (let step = 0; step < workers; step += 1) {
            const { worker, seed, handOver } = chance.next().value;
            play.look(worker, seed);
            if (handOver) play.handOver();
          }
          for (let at = 0; at < workers; at += 1) play.look(at, round * 8 + at);
          play.handOver();
        }
        expectEven(play);
      },
    ),
    { numRuns: 100 },
  );
});

it('workers that all look at once, and act on what is outdated by then, come to an even spread as well', () => {
  fc.assert(
    fc.property(
      fleet.workers,
      fleet.leases,
      fleet.owners,
      fc.nat(1_000_000),
      (workers, leases, owners, seed) => {
        const play = new Fleet(workers, leases, owners);
        for (let round = 0; round < 20; round += 1) {
          const seen = [...play.leases];
          for (let at = 0; at < workers; at += 1) play.look(at, seed + round * 8 + at, seen);
          play.handOver();
        }
        expectEven(play);
      },
    ),
    { numRuns: 100 },
  );
});
