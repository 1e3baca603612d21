import { describe, expect, it } from 'vitest';
import type { Entry } from '../src/entry.js';
import type { Lane } from '../src/lane.js';
import { Router } from '../src/router.js';
import { ShardMap, type ShardRange } from '../src/shard-map.js';
import { accepted, hashOfAccepted, single, tagsOf } from './support/entries.js';
import { failAllocations } from './support/failing-allocations.js';
import { freeLimiter, makeLane } from './support/lanes.js';
import { evenShards, keyOf, keysOf, merge, shardId, split } from './support/shards.js';

const epoch = { outstanding: 0 };
const one = evenShards(1);
const halves = split(one, 0, 1);
const quarters = split(split(halves, 0, 3), 2, 5);
const everything = { maxEntries: 500, maxBytes: 1e9, taken: 0, ordered: true, admit: () => true };

/** A router, the lanes that it made, and those that it said are ready. */
function makeRouter(shards?: readonly ShardRange[]) {
  const made: Lane[] = [];
  const ready: Lane[] = [];
  const stopped: string[] = [];
  const router = new Router({
    makeLane: (range) => {
      const { lane } = makeLane({ range, limiter: freeLimiter() });
      made.push(lane);
      return lane;
    },
    onReady: (lanes) => ready.push(...lanes),
    onStopped: (lane, userRecords, error) => stopped.push(`${lane.shardId} ${userRecords} ${error}`),
  });
  if (shards) router.replace(new ShardMap(shards));
  return { router, made, ready, stopped };
}

function put(router: Router, partitionKey: string, tag: number): Lane {
  const record = accepted({ partitionKey, tag });
  const lane = router.laneFor(hashOfAccepted(record));
  lane.add(record, hashOfAccepted(record), epoch);
  return lane;
}

const idsOf = (lanes: readonly Lane[]) => lanes.map((lane) => lane.shardId);
const takeFrom = (lane: Lane | undefined) => tagsOf(lane?.take(everything) ?? []);

describe('a Router without a map', () => {
  it('takes everything to one lane that does not aggregate', () => {
    const { router } = makeRouter();
    expect(router.lanes).toHaveLength(1);
    expect(put(router, 'any', 1)).toBe(router.lanes[0]);
    expect(router.lanes[0]).toMatchObject({ range: undefined, aggregateBytes: 0 });
  });

  it('moves what waited for the first map to the shards, sharing aggregates there', () => {
    const { router, ready } = makeRouter();
    const low = keyOf(halves[0]);
    const high = keyOf(halves[1]);
    [low, high, low, high].forEach((key, tag) => {
      put(router, key, tag);
    });
    router.replace(new ShardMap(halves));
    expect(idsOf(router.allLanes())).toEqual([shardId(1), shardId(2)]);
    expect(ready).toEqual(expect.arrayContaining([...router.lanes]));
    expect(router.lanes.map((lane) => lane.queue.first?.aggregated)).toEqual([true, true]);
    expect(router.lanes.map(takeFrom)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
});

describe('Router.replace', () => {
  it('does nothing for a map that says the same', () => {
    const { router, made } = makeRouter(halves);
    const lanes = router.lanes;
    router.replace(new ShardMap([...halves].reverse()));
    expect(router.lanes).toBe(lanes);
    expect(made).toHaveLength(3);
    const nothing = makeRouter();
    nothing.router.replace(undefined);
    expect(nothing.made).toHaveLength(1);
  });

  it('keeps the lanes of shards that are still open, with what they have learnt', () => {
    const { router } = makeRouter(halves);
    const [, high] = router.lanes;
    router.replace(new ShardMap(split(halves, 0, 3)));
    expect(router.lanes[2]).toBe(high);
    expect(high?.predecessors.size).toBe(0);
    expect(high?.maySend).toBe(true);
  });

  it('makes a new lane for a shard of another range under the same id', () => {
    const { router } = makeRouter(halves);
    const [low] = router.lanes;
    const [moved] = split(halves, 0, 1);
    router.replace(new ShardMap([...(moved ? [moved] : []), ...split(halves, 0, 3).slice(1)]));
    expect(router.lanes[0]).not.toBe(low);
  });

  it('splits a lane: its records go to the head of the halves', () => {
    const { router } = makeRouter(one);
    const low = keyOf(halves[0]);
    const high = keyOf(halves[1]);
    put(router, low, 1);
    put(router, high, 2);
    const [parent] = router.lanes;
    Object.assign(parent ?? {}, { inFlight: 1 });
    router.replace(new ShardMap(halves));
    put(router, low, 3);
    expect(router.lanes.map((lane) => lane.maySend)).toEqual([false, false]);
    expect(idsOf(router.allLanes())).toEqual([shardId(0), shardId(1), shardId(2)]);
    Object.assign(parent ?? {}, { inFlight: 0 });
    parent?.queue.unshift([single({ partitionKey: low, tag: 0 })]);
    router.settle();
    expect(router.lanes.map((lane) => lane.maySend)).toEqual([true, true]);
    expect(idsOf(router.allLanes())).toEqual([shardId(1), shardId(2)]);
    const [left, right] = router.lanes;
    expect([...takeFrom(left), ...takeFrom(left), ...takeFrom(left)]).toEqual([0, 1, 3]);
    expect(takeFrom(right)).toEqual([2]);
  });

  it('merges lanes: the new one is held until both have moved', () => {
    const { router, ready } = makeRouter(halves);
    const [low, high] = router.lanes;
    put(router, keyOf(halves[0]), 1);
    put(router, keyOf(halves[1]), 2);
    for (const lane of [low, high]) Object.assign(lane ?? {}, { inFlight: 1 });
    router.replace(new ShardMap(merge(halves, 0, 3)));
    const [merged] = router.lanes;
    ready.length = 0;
    Object.assign(high ?? {}, { inFlight: 0 });
    router.settle();
    expect([merged?.maySend, ready]).toEqual([false, []]);
    Object.assign(low ?? {}, { inFlight: 0 });
    router.settle();
    expect([merged?.maySend, ready]).toEqual([true, [merged]]);
    expect([takeFrom(merged), takeFrom(merged)].flat().sort()).toEqual([1, 2]);
  });

  it('passes records through lanes that closed before theirs had moved', () => {
    const { router } = makeRouter(one);
    const key = keyOf(quarters[0]);
    const [grandparent] = router.lanes;
    put(router, key, 1);
    Object.assign(grandparent ?? {}, { inFlight: 1 });
    router.replace(new ShardMap(halves));
    put(router, key, 2);
    router.replace(new ShardMap(quarters));
    put(router, key, 3);
    router.settle();
    expect(router.lanes[0]?.maySend).toBe(false);
    Object.assign(grandparent ?? {}, { inFlight: 0 });
    router.settle();
    const [lane] = router.lanes;
    expect(router.allLanes()).toEqual(router.lanes);
    expect([takeFrom(lane), takeFrom(lane), takeFrom(lane)].flat()).toEqual([1, 2, 3]);
  });

  it('holds a lane that awaits a map', () => {
    const { router } = makeRouter(one);
    const [parent] = router.lanes;
    put(router, keyOf(halves[0]), 1);
    Object.assign(parent ?? {}, { awaitingMap: 1 });
    router.replace(new ShardMap(halves));
    expect(router.lanes[0]?.maySend).toBe(false);
    Object.assign(parent ?? {}, { awaitingMap: 0 });
    router.settle();
    expect(takeFrom(router.lanes[0])).toEqual([1]);
  });

  it('P2, P4: takes everything to one lane when the stream places records itself, to be unpacked there in its turn', () => {
    const { router } = makeRouter(halves);
    [1, 2, 3].map((tag) => put(router, keyOf(halves[0]), tag));
    router.lanes[1]?.queue.push(single({ partitionKey: keyOf(halves[1]), tag: 4 }));
    router.replace(undefined);
    expect(idsOf(router.allLanes())).toEqual([undefined]);
    const [lane] = router.lanes;
    expect([lane?.queue.length, lane?.waitingBytes]).toEqual([2, lane?.queue.bytes]);
    const free = { ...everything, ordered: false };
    const entries = [...(lane?.take(free) ?? []), ...(lane?.take(free) ?? [])];
    expect(entries.map((entry) => [entry.aggregated, entry.goesAlone])).toEqual(
      [1, 2, 3, 4].map(() => [false, false]),
    );
    expect(tagsOf(entries).toSorted()).toEqual([1, 2, 3, 4]);
  });
});

describe('a Router without memory to move records', () => {
  it.each([4, 8])(
    'P1, P3: keeps what a closed lane held, in order, and its successors wait until it has moved: from buffer %i',
    (first) => {
      const { router, stopped } = makeRouter(one);
      const [parent] = router.lanes;
      const keys = [...keysOf(halves[0], 2), ...keysOf(halves[1], 2)];
      for (let tag = 0; tag < 16; tag += 1) {
        put(router, keys[tag % 4] ?? '', tag);
        // An aggregate each.
        if (tag % 4 === 3) parent?.seal('flush');
      }
      const allocations = failAllocations(first, 3);
      router.replace(new ShardMap(halves));
      for (let again = 0; again < 2; again += 1) {
        expect(router.lanes.map(({ maySend }) => maySend)).toEqual([false, false]);
        expect(router.allLanes()).toContain(parent);
        expect(tagsByKey(parent?.queue.drain() ?? [], parent as Lane)).toEqual(
          keys.map((_, at) => [at, at + 4, at + 8, at + 12]),
        );
        if (again === 0) router.settle();
      }
      allocations.restore();
      expect(stopped.length).toBeGreaterThan(1);
      expect(stopped[0]).toMatch(/^shardId-000000000000 \d+ RangeError: Array buffer allocation failed$/);
      put(router, keys[0] ?? '', 16);
      router.settle();
      expect(router.allLanes()).toEqual(router.lanes);
      const [low, high] = router.lanes.map((lane) => tagsOf(lane.drain('close')));
      expect(low).toEqual([0, 1, 4, 5, 8, 9, 12, 13, 16]);
      expect(high).toEqual([2, 3, 6, 7, 10, 11, 14, 15]);
    },
  );
});

describe('Router.freed', () => {
  it('moves the lane that became idle, and what waited behind it', () => {
    const { router, ready } = makeRouter(one);
    const key = keyOf(quarters[0]);
    const [grandparent] = router.lanes;
    put(router, key, 1);
    Object.assign(grandparent ?? {}, { inFlight: 1 });
    router.replace(new ShardMap(halves));
    put(router, key, 2);
    router.replace(new ShardMap(quarters));
    for (const lane of router.lanes) router.freed(lane);
    expect(router.allLanes()).toHaveLength(7);
    Object.assign(grandparent ?? {}, { inFlight: 0 });
    ready.length = 0;
    if (grandparent) router.freed(grandparent);
    expect(router.allLanes()).toEqual(router.lanes);
    expect(ready).toEqual(expect.arrayContaining([...router.lanes]));
    const [lane] = router.lanes;
    expect([takeFrom(lane), takeFrom(lane)].flat()).toEqual([1, 2]);
  });

  it('says which lanes may send, also where it comes to grief behind them', () => {
    const { router, ready } = makeRouter(halves);
    const [low, high] = router.lanes;
    put(router, keyOf(halves[0]), 1);
    ready.length = 0;
    const broken = new Error('broken');
    const drain = () => {
      throw broken;
    };
    Object.assign(high ?? {}, { drain });
    expect(() => router.replace(new ShardMap(quarters))).toThrow(broken);
    expect(ready).toEqual(router.lanes.slice(0, 2));
    expect(router.allLanes()).not.toContain(low);
  });
});

describe('work of a Router grows with the lanes, not with their square', () => {
  /** Shards that count how often somebody looks where they begin and end. */
  function watchedShards(count: number, firstIndex: number, seen: { looks: number }): readonly ShardRange[] {
    return evenShards(count, firstIndex).map(({ shardId: id, startingHashKey, endingHashKey }) => ({
      shardId: id,
      get startingHashKey() {
        seen.looks += 1;
        return startingHashKey;
      },
      get endingHashKey() {
        seen.looks += 1;
        return endingHashKey;
      },
    }));
  }

  /** All shards split, and then the stream places records itself. */
  function reshard(count: number) {
    const seen = { looks: 0, calls: 0, told: 0 };
    const router = new Router({
      makeLane: (range) => makeLane({ range, limiter: freeLimiter() }).lane,
      onStopped() {},
      onReady: (lanes) => {
        seen.calls += 1;
        seen.told += [...lanes].length;
      },
    });
    router.replace(new ShardMap(watchedShards(count, 0, seen)));
    router.replace(new ShardMap(watchedShards(2 * count, count, seen)));
    router.replace(undefined);
    return seen;
  }

  it('where all shards split at once: looks at hash keys, and lanes that are told', () => {
    const [few, many] = [reshard(64), reshard(512)];
    expect(few).toMatchObject({ calls: 3, told: 64 + 128 + 1 });
    expect(many).toMatchObject({ calls: 3, told: 512 + 1_024 + 1 });
    // Eight times the lanes, and searches that are half as long again.
    expect(many.looks).toBeLessThan(8 * 1.5 * few.looks);
  });

  it('where lanes become idle one by one: each is looked at for itself, and its own successors are told', () => {
    const { router, ready } = makeRouter(evenShards(32));
    const old = [...router.lanes];
    let looks = 0;
    for (const lane of old) {
      let inFlight = 1;
      Object.defineProperty(lane, 'inFlight', {
        get: () => {
          looks += 1;
          return inFlight;
        },
        set: (count: number) => {
          inFlight = count;
        },
      });
    }
    router.replace(new ShardMap(evenShards(64, 32)));
    const successors = router.lanes;
    looks = 0;
    ready.length = 0;
    for (const lane of old) {
      lane.inFlight = 0;
      router.freed(lane);
    }
    expect(looks).toBe(32);
    expect(ready).toEqual(successors);
    expect(router.allLanes()).toEqual(successors);
  });
});

/** The tags of each partition key in order; the entries are put back. */
function tagsByKey(entries: readonly Entry[], lane: Lane): readonly (readonly number[])[] {
  lane.queue.unshift(entries);
  const tags = tagsOf(entries);
  return [0, 1, 2, 3].map((key) => tags.filter((tag) => tag % 4 === key));
}
