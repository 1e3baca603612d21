import { describe, expect, it } from 'vitest';
import { cutFirst } from '../src/cut-first.js';
import type { Entry } from '../src/entry.js';
import { attempt } from './support/attempts.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { noMemory } from './support/no-memory.js';

const magic = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, 1);
const pack = (...tags: readonly number[]) => aggregate(tags.map((tag) => ({ tag, partitionKey: `k${tag}` })));
const alone = (entry: Entry) => Object.assign(entry, { goesAlone: true });

function laneWith(entries: readonly Entry[], rules = {}) {
  const { lane } = makeLane(rules);
  lane.queue.unshift(entries);
  return lane;
}

const rowsOf = (entries: readonly Entry[]) =>
  entries.map((entry) => [tagsOf([entry]), entry.aggregated, entry.goesAlone]);

describe('cutFirst', () => {
  it('P2, P4: makes entries of as many members as may go, in order, and leaves the others together', () => {
    const lane = laneWith([alone(pack(1, 2, 3, 4)), alone(pack(5, 6)), pack(7, 8)]);
    const { bytes } = lane.queue;
    cutFirst(lane, 2);
    const entries = lane.queue.drain();
    expect(rowsOf(entries)).toEqual([
      [[1], false, false],
      [[2], false, false],
      [[3, 4], true, true],
      [[5, 6], true, true],
      [[7, 8], true, false],
    ]);
    expect(entries.reduce((sum, entry) => sum + entry.bytes, 0)).toBeLessThan(bytes);
  });

  it('makes one of each where all may go, the last one included', () => {
    for (const most of [3, 2, 500]) {
      const lane = laneWith([alone(pack(1, 2, 3))]);
      cutFirst(lane, most);
      expect(rowsOf(lane.queue.drain())).toEqual([1, 2, 3].map((tag) => [[tag], false, false]));
    }
  });

  it('leaves what does not go alone, and what stands behind it', () => {
    const entries = [pack(1, 2), alone(pack(3, 4))];
    const lane = laneWith(entries);
    cutFirst(lane, 500);
    expect(lane.queue.drain()).toEqual(entries);
    expect(() => cutFirst(lane, 500)).not.toThrow();
  });

  it('carries the history over', () => {
    const whole = Object.assign(alone(pack(1, 2, 3)), { mayBeStored: true, maxCompanions: 7 });
    whole.attempted(attempt(0, 5), { name: 'WrongShard' });
    const lane = laneWith([whole]);
    cutFirst(lane, 1);
    for (const entry of lane.queue.drain())
      expect(entry).toMatchObject({ mayBeStored: true, maxCompanions: 7, attempts: whole.attempts });
  });

  it.each([
    ['inside an aggregate of one where lanes aggregate', {}, true],
    ['as it is where they do not', { aggregates: false }, false],
  ])('sends a record that would be taken for an aggregate %s', (_what, rules, aggregated) => {
    const lane = laneWith([alone(aggregate([{ tag: 1 }, { tag: 2, data: magic }]))], rules);
    cutFirst(lane, 500);
    expect(rowsOf(lane.queue.drain())).toEqual([
      [[1], false, false],
      [[2], aggregated, false],
    ]);
  });

  it('P1: leaves it where it is, whole, without memory to cut it up', () => {
    const entries = [alone(pack(1, 2, 3)), single()];
    const lane = laneWith(entries, { memory: noMemory() });
    expect(() => cutFirst(lane, 2)).toThrow(RangeError);
    expect(lane.queue.drain()).toEqual(entries);
    expect(entries[0]?.records()).toHaveLength(3);
  });
});
