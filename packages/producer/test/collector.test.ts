import { describe, expect, it, vi } from 'vitest';
import { type CollectRules, collect, type RequestPart } from '../src/collector.js';
import type { Entry } from '../src/entry.js';
import type { Lane } from '../src/lane.js';
import { RateLimiter } from '../src/rate-limiter.js';
import { accepted, aggregate, hashOfAccepted, single, tagsOf } from './support/entries.js';
import { freeLimiter, makeLane } from './support/lanes.js';
import { noMemory } from './support/no-memory.js';

const rules: CollectRules = { maxEntries: 500, maxBytes: 1_000, collectMs: 10 };
/** Nothing is in flight, and the last request is long gone. */
const afterPause = Number.NEGATIVE_INFINITY;
/** A request is in flight. */
const whileBusy = Number.POSITIVE_INFINITY;

/** A lane with entries that are due since `dueSinceMs`; nothing holds it. */
function laneWith(entries: readonly Entry[], facts: Partial<Lane> = {}, limiter = freeLimiter()): Lane {
  const { lane } = makeLane({ limiter });
  for (const entry of entries) lane.queue.push(entry);
  return Object.assign(lane, { dueSinceMs: 0, ...facts });
}

/** An entry of `bytes`, its partition key of one byte included. */
const sized = (bytes: number, tag = 0) => single({ partitionKey: 'k', data: 'x'.repeat(bytes - 1), tag });
const pack = (tag: number) => aggregate([{ tag }, { tag: tag + 1 }]);

const tagsIn = (parts: readonly RequestPart[]) => parts.map(({ entries }) => tagsOf(entries));

describe('collect, who goes', () => {
  it('gathers one aggregate of each lane, first due first (P3)', () => {
    const lanes = [laneWith([pack(0), pack(2)]), laneWith([pack(4)])];
    const { parts } = collect(lanes, 0, rules, afterPause);
    expect(parts.map(({ lane }) => lane)).toEqual(lanes);
    expect(tagsIn(parts)).toEqual([
      [0, 1],
      [4, 5],
    ]);
  });

  it('seals an open aggregate that is due', () => {
    const { lane } = makeLane();
    const epoch = { outstanding: 0 };
    for (const tag of [1, 2]) {
      const record = accepted({ tag });
      lane.add(record, hashOfAccepted(record), epoch);
    }
    expect(collect([lane], 0, rules, afterPause).parts).toEqual([]);
    lane.makeDue('linger');
    expect(tagsIn(collect([lane], 0, rules, afterPause).parts)).toEqual([[1, 2]]);
  });

  it('takes several records of one lane where order allows', () => {
    const lane = laneWith(['a', 'b', 'a'].map((partitionKey, tag) => single({ partitionKey, tag })));
    expect(tagsIn(collect([lane], 0, rules, afterPause).parts)).toEqual([[0, 1]]);
    const unordered = makeLane({ ordered: false }).lane;
    for (const entry of ['a', 'b', 'a'].map((partitionKey, tag) => single({ partitionKey, tag }))) {
      unordered.queue.push(entry);
    }
    expect(tagsIn(collect([unordered], 0, rules, afterPause).parts)).toEqual([[0, 1, 2]]);
  });

  it.each([
    ['has a request in flight', { inFlight: 1 }],
    ['awaits a map', { awaitingMap: 1 }],
    ['is closing', { successors: { laneFor: () => laneWith([]) } }],
  ])('leaves a lane that %s: only an answer changes that', (_, facts) => {
    const collected = collect([laneWith([pack(0)], facts)], 0, rules, afterPause);
    expect(collected).toEqual({ parts: [], wakeAtMs: Number.POSITIVE_INFINITY });
  });

  it('has nothing to do with nothing', () => {
    expect(collect([], 0, rules, afterPause)).toEqual({ parts: [], wakeAtMs: Number.POSITIVE_INFINITY });
  });
});

describe('collect, when', () => {
  it('sends at once after a pause', () => {
    expect(collect([laneWith([pack(0)])], 0, rules, afterPause).parts).toHaveLength(1);
  });

  it('lets a full aggregate wait a little for company while something is', () => {
    const lane = laneWith([pack(0)], { dueSinceMs: 5 });
    expect(collect([lane], 7, rules, whileBusy)).toEqual({ parts: [], wakeAtMs: 15 });
    expect(collect([lane], 15, rules, whileBusy).parts).toHaveLength(1);
  });

  it('lets it wait as long after the last request left where that is answered', () => {
    const lane = laneWith([pack(0)], { dueSinceMs: 5 });
    expect(collect([lane], 7, rules, 2)).toEqual({ parts: [], wakeAtMs: 12 });
    expect(collect([lane], 12, rules, 2).parts).toHaveLength(1);
  });

  it('lets a single record wait for company only while something is in flight', () => {
    const lane = laneWith([sized(100)], { dueSinceMs: 5 });
    expect(collect([lane], 7, rules, whileBusy)).toEqual({ parts: [], wakeAtMs: 15 });
    expect(collect([lane], 7, rules, 2).parts).toHaveLength(1);
  });

  it('waits no longer for company because a request left meanwhile', () => {
    const lane = laneWith([pack(0)], { dueSinceMs: 5 });
    expect(collect([lane], 15, rules, 9).parts).toHaveLength(1);
  });

  it('waits for no company once a request is full, or something is urgent', () => {
    const large = [sized(500, 1), sized(600, 2)].map((entry) => laneWith([entry], { dueSinceMs: 5 }));
    expect(tagsIn(collect(large, 7, rules, whileBusy).parts)).toEqual([[1]]);
    const urgent = [{ urgent: false }, { urgent: true }].map((facts) =>
      laneWith([pack(0)], { dueSinceMs: 5, ...facts }),
    );
    expect(collect(urgent, 7, rules, whileBusy).parts).toHaveLength(2);
  });

  it('wakes for the lane that waits least, for its rate or after a failure', () => {
    const slow = new RateLimiter({ recordsPerSecond: 1_000, bytesPerSecond: 1_000, maxShare: 1 }, 0);
    slow.take(600, 0);
    const held = laneWith([sized(50)], { notBeforeMs: 500 });
    const waiting = laneWith([sized(50)], {}, slow);
    expect(collect([held], 0, rules, afterPause)).toEqual({ parts: [], wakeAtMs: 500 });
    const { parts, wakeAtMs } = collect([held, waiting], 0, rules, afterPause);
    expect(parts).toEqual([]);
    expect(wakeAtMs).toBeCloseTo(150);
    expect(tagsIn(collect([held, waiting], 150, rules, afterPause).parts)).toEqual([[0]]);
    expect(held.queue.length).toBe(1);
  });

  it('wakes for a lane that has to wait although others go now', () => {
    const { parts, wakeAtMs } = collect(
      [laneWith([pack(0)]), laneWith([pack(2)], { notBeforeMs: 80 })],
      0,
      rules,
      afterPause,
    );
    expect(parts).toHaveLength(1);
    expect(wakeAtMs).toBe(80);
  });
});

describe('collect, how much', () => {
  it('fills a request up to its bytes, and passes over what does not fit', () => {
    const lanes = [600, 500, 400].map((bytes, tag) => laneWith([sized(bytes, tag)]));
    expect(tagsIn(collect(lanes, 0, rules, afterPause).parts)).toEqual([[0], [2]]);
    expect(lanes[1]?.queue.length).toBe(1);
  });

  it('sends one larger record alone', () => {
    const lanes = [5_000, 1].map((bytes, tag) => laneWith([sized(bytes + 1, tag)]));
    expect(tagsIn(collect(lanes, 0, rules, afterPause).parts)).toEqual([[0]]);
  });

  it('fills a request up to its entries', () => {
    const lanes = [0, 1, 2].map((tag) => laneWith([sized(2, tag)]));
    expect(tagsIn(collect(lanes, 0, { ...rules, maxEntries: 2 }, afterPause).parts)).toEqual([[0], [1]]);
  });

  it('takes tokens for what goes, and for nothing else', () => {
    const slow = new RateLimiter({ recordsPerSecond: 4, bytesPerSecond: 1e6, maxShare: 1 }, 0);
    const keys = ['a', 'b', 'c'].map((partitionKey, tag) => single({ partitionKey, tag }));
    const lane = laneWith(keys, {}, slow);
    expect(tagsIn(collect([lane], 0, rules, afterPause).parts)).toEqual([[0, 1]]);
    expect(collect([lane], 0, rules, afterPause)).toEqual({ parts: [], wakeAtMs: 250 });
    expect(tagsIn(collect([lane], 250, rules, afterPause).parts)).toEqual([[2]]);
  });

  it('gives an entry no more company than it may have (P7)', () => {
    const alone = () => Object.assign(sized(2, 1), { maxCompanions: 1 });
    expect(
      tagsIn(collect([laneWith([alone()]), laneWith([sized(2, 2)])], 0, rules, afterPause).parts),
    ).toEqual([[1]]);
    expect(
      tagsIn(collect([laneWith([sized(2, 2)]), laneWith([alone()])], 0, rules, afterPause).parts),
    ).toEqual([[2]]);
  });
});

describe('collect, where a lane cannot give any', () => {
  it('P1: lets the others go, and fails by itself, nothing of it taken', () => {
    const failure = new RangeError('Array buffer allocation failed');
    const broken = laneWith([pack(4)]);
    const take = vi.spyOn(broken, 'take').mockImplementation(() => {
      throw failure;
    });
    const lanes = [laneWith([pack(0)]), broken, laneWith([pack(2)])];
    expect(tagsIn(collect(lanes, 0, rules, afterPause).parts)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => collect([broken], 0, rules, afterPause)).toThrow(failure);
    take.mockRestore();
    expect(tagsIn(collect([broken], 0, rules, afterPause).parts)).toEqual([[4, 5]]);
  });

  it('P1, P2: leaves what there is no memory to cut up where it is, and looks again after a while', () => {
    const whole = Object.assign(pack(4), { goesAlone: true });
    const { lane } = makeLane({ limiter: freeLimiter(), memory: noMemory() });
    lane.queue.push(whole);
    Object.assign(lane, { dueSinceMs: 0 });
    expect(collect([lane], 0, rules, afterPause)).toEqual({ parts: [], wakeAtMs: 100 });
    expect(collect([lane], 60, rules, afterPause)).toEqual({ parts: [], wakeAtMs: 100 });
    expect(tagsIn(collect([lane, laneWith([pack(0)])], 100, rules, afterPause).parts)).toEqual([[0, 1]]);
    expect(lane.queue.drain()).toEqual([whole]);
  });
});
