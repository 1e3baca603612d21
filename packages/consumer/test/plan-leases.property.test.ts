import { shardHistories } from '@shardline/testing/arbitraries';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareSequenceNumbers, isShardEnd } from '../src/checkpoint.js';
import { initialStart } from '../src/initial-start.js';
import type { Lease } from '../src/lease.js';
import { type PlannedLease, planFirstLeases, planLeaseOf, planMissingLeases } from '../src/plan-leases.js';
import { problemOf, ShardListing } from '../src/shard-listing.js';
import { at, leaseOf, ShardTree } from './support/shard-tree.js';

const position = fc.constantFrom('trim-horizon' as const, 'latest' as const, new Date(0));

/** A stream that was resharded, and leases of any of its shards: unread, under way or finished, with or without a time. */
const scenario = fc
  .record({
    history: shardHistories(),
    position,
    /** What is forgotten and where the application began, as shares of the stream's life. */
    horizon: fc.double({ min: 0, max: 1, noNaN: true }),
    begin: fc.double({ min: 0, max: 1, noNaN: true }),
    timed: fc.boolean(),
    marks: fc.infiniteStream(fc.constantFrom(undefined, undefined, 'TRIM_HORIZON', '77', 'SHARD_END')),
  })
  .map(({ history, position, horizon, begin, timed, marks }) => {
    const tree = ShardTree.of(history);
    const leases: readonly Lease[] = tree.list().flatMap((shard) => {
      const mark = marks.next().value;
      // Only a closed shard can be finished.
      if (mark === undefined || (shard.open && mark === 'SHARD_END')) return [];
      return [leaseOf(shard, { checkpoint: at(mark), ...(timed ? { startAtMs: 5 } : {}) })];
    });
    tree.forgetBefore(Math.floor(horizon * (tree.nowMs + 1)) - 1);
    const start = initialStart(position, leases, 50_000);
    const beginMs = Math.floor(begin * tree.nowMs);
    const layer = tree.layer(start.layer.type === 'at-latest' ? tree.nowMs : beginMs);
    return { tree, leases, start, layer };
  });

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function inputOf({ tree, leases, start, layer }: Scenario) {
  const listing = new ShardListing(tree.list());
  return { leases, listing, start, layer: new Set(layer.map(({ shardId }) => shardId)) };
}

/** What stands when every lease of `plan` was made. */
function applied(leases: readonly Lease[], plan: readonly PlannedLease[]): readonly Lease[] {
  const made = plan.map(({ lease }) => ({
    ...leaseOf({ ...lease, shardId: lease.leaseKey, startingSequenceNumber: '', open: true }),
    checkpoint: lease.checkpoint,
    ...(lease.startAtMs === undefined ? {} : { startAtMs: lease.startAtMs }),
  }));
  return [...leases, ...made];
}

/** Open shards that get no lease though every closed shard is read to its end and makes those of its children. */
function neverReached(tree: ShardTree, leases: readonly Lease[]): readonly string[] {
  const listing = new ShardListing(tree.list());
  const reached = new Set(leases.map(({ leaseKey }) => leaseKey));
  const live = leases.filter(({ checkpoint }) => !isShardEnd(checkpoint)).map(({ leaseKey }) => leaseKey);
  for (const id of live) {
    if (listing.get(id) === undefined) continue;
    for (const child of listing.childrenOf(id)) {
      if (reached.has(child.shardId)) continue;
      reached.add(child.shardId);
      live.push(child.shardId);
    }
  }
  return tree.list().flatMap(({ open, shardId }) => (open && !reached.has(shardId) ? [shardId] : []));
}

it('(a) every open shard gets a lease: by the plan, or at the end of shards that have one', () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const plan = planMissingLeases(inputOf(given));
      expect(neverReached(given.tree, applied(given.leases, plan))).toEqual([]);
    }),
  );
});

it('(b) no lease is made twice, and none that is there', () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const keys = applied(given.leases, planMissingLeases(inputOf(given))).map(({ leaseKey }) => leaseKey);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

it('(c) once a plan is carried out nothing is missing', () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const leases = applied(given.leases, planMissingLeases(inputOf(given)));
      expect(planMissingLeases(inputOf({ ...given, leases }))).toEqual([]);
    }),
  );
});

it('(d) parents come before children', () => {
  fc.assert(
    fc.property(scenario, fc.nat(), (given, pick) => {
      const { tree } = given;
      const shards = tree.list();
      const one = shards[pick % shards.length]?.shardId ?? '';
      for (const plan of [planMissingLeases(inputOf(given)), planLeaseOf(one, inputOf(given))]) {
        const births = plan.map(
          ({ lease }) =>
            shards.find((shard) => shard.shardId === lease.leaseKey)?.startingSequenceNumber ?? '',
        );
        expect(births).toEqual([...births].sort(compareSequenceNumbers));
      }
    }),
  );
});

it('10. a run that broke off anywhere is completed by the next: together they make what one would have', () => {
  fc.assert(
    fc.property(scenario, fc.nat(), (given, cut) => {
      const whole = planMissingLeases(inputOf(given));
      const done = whole.slice(0, cut % (whole.length + 1));
      const rest = planMissingLeases(inputOf({ ...given, leases: applied(given.leases, done) }));
      expect([...done, ...rest]).toEqual(whole);
    }),
  );
});

it('10. so is the making of the first leases, and the listing stays one to rely on', () => {
  fc.assert(
    fc.property(
      shardHistories(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      position,
      fc.nat(),
      (history, begin, where, cut) => {
        const tree = ShardTree.of(history);
        const start = initialStart(where, [], 50_000);
        const beginMs = start.layer.type === 'at-latest' ? tree.nowMs : Math.floor(begin * tree.nowMs);
        const layer = tree.layer(beginMs);
        const whole = planFirstLeases(layer, start);
        const done = whole.slice(0, 1 + (cut % whole.length));
        const leases = applied([], done);
        const again = initialStart(where, leases, 90_000);
        const rest = planMissingLeases(inputOf({ tree, leases, start: again, layer }));
        expect([...done, ...rest]).toEqual(whole);
        expect(problemOf(new ShardListing(tree.list()), 'all', leases)).toBeUndefined();
      },
    ),
  );
});
