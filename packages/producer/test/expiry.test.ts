import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeExpired } from '../src/expiry.js';
import type { Lane } from '../src/lane.js';
import { attempt } from './support/attempts.js';
import {
  type AcceptedFacts,
  accepted,
  aggregate,
  hashOfAccepted,
  single,
  tagsOf,
  textOf,
} from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { noMemory } from './support/no-memory.js';

const epoch = { outstanding: 0 };
/** Takes out what expires at 1,500 ms: whatever was put at 500 or before. */
const expire = (lane: Lane) => takeExpired(lane, 1_500, 1_000);

function add(lane: Lane, facts: AcceptedFacts): void {
  const record = accepted(facts);
  lane.add(record, hashOfAccepted(record), epoch);
}

describe('takeExpired', () => {
  it('leaves a lane alone in which nothing has expired', () => {
    const { lane, sealings } = makeLane();
    add(lane, { putAtMs: 501 });
    expect(expire(lane)).toEqual([]);
    expect(sealings).toEqual([]);
    expect(lane.isEmpty).toBe(false);
  });

  it('takes a record on the dot', () => {
    const { lane } = makeLane();
    lane.queue.push(single({ tag: 1, putAtMs: 500 }));
    expect(tagsOf(expire(lane))).toEqual([1]);
  });

  it('takes whole entries whose records were put recordTtlMs ago', () => {
    const { lane } = makeLane();
    lane.queue.push(
      aggregate([
        { tag: 1, putAtMs: 400 },
        { tag: 2, putAtMs: 500 },
      ]),
    );
    lane.queue.push(single({ tag: 3, putAtMs: 501 }));
    expect(tagsOf(expire(lane))).toEqual([1, 2]);
    expect(tagsOf(lane.drain('close'))).toEqual([3]);
  });

  it('cuts an aggregate of which some records have expired, and keeps its history on both sides', () => {
    const { lane } = makeLane();
    const entry = aggregate(
      [1, 2, 3, 4].map((tag) => ({ tag, data: `data ${tag}`, putAtMs: 400 + 50 * tag })),
    );
    entry.attempted(attempt(600, 700), { name: 'InternalFailure' });
    entry.mayBeStored = true;
    lane.queue.push(entry);
    const expired = expire(lane);
    const kept = lane.drain('close');
    expect(tagsOf(expired)).toEqual([1, 2]);
    expect(tagsOf(kept)).toEqual([3, 4]);
    for (const part of [...expired, ...kept]) {
      expect(part).toMatchObject({ attempts: entry.attempts, mayBeStored: true });
    }
    expect(kept.flatMap((part) => part.records().map(({ data }) => textOf(data)))).toEqual([
      'data 3',
      'data 4',
    ]);
  });

  it('P1: keeps an aggregate whole that there is no memory to cut', () => {
    const { lane } = makeLane({ memory: noMemory() });
    const entry = aggregate([1, 2, 3, 4].map((tag) => ({ tag, putAtMs: 400 + 50 * tag })));
    lane.queue.push(entry);
    expect(expire(lane)).toEqual([]);
    expect(lane.drain('close')).toEqual([entry]);
    expect(entry.records()).toHaveLength(4);
  });

  it('ends a record of an aggregate less than a millisecond early', () => {
    const { lane } = makeLane();
    lane.queue.push(aggregate([400, 500.9, 501].map((putAtMs, tag) => ({ tag, putAtMs }))));
    expect(tagsOf(takeExpired(lane, 1_500.5, 1_000))).toEqual([0, 1]);
    expect(tagsOf(lane.drain('close'))).toEqual([2]);
  });

  it('seals the open aggregate when some of it has expired', () => {
    const { lane, sealings } = makeLane();
    add(lane, { tag: 1, putAtMs: 400 });
    add(lane, { tag: 2, putAtMs: 600 });
    expect(tagsOf(expire(lane))).toEqual([1]);
    expect(sealings.map(({ reason }) => reason)).toEqual(['expiry']);
    expect(tagsOf(lane.drain('close'))).toEqual([2]);
  });

  it('leaves the open aggregate to fill on when only what was sealed before it has expired', () => {
    const { lane, sealings } = makeLane();
    lane.queue.push(single({ tag: 1, putAtMs: 400 }));
    add(lane, { tag: 2, putAtMs: 600 });
    expect(tagsOf(expire(lane))).toEqual([1]);
    expect(sealings).toEqual([]);
    expect(tagsOf(lane.drain('close'))).toEqual([2]);
  });

  it('finds an expired record behind newer ones, as a merge of two shards leaves them', () => {
    const { lane } = makeLane();
    lane.queue.push(single({ tag: 1, putAtMs: 900 }));
    lane.queue.push(single({ tag: 2, putAtMs: 100 }));
    expect(tagsOf(expire(lane))).toEqual([2]);
    expect(tagsOf(lane.drain('close'))).toEqual([1]);
  });

  it('does not fail a newer record for standing before an older one in its aggregate', () => {
    const { lane } = makeLane();
    lane.queue.push(
      aggregate([
        { tag: 1, putAtMs: 900 },
        { tag: 2, putAtMs: 100 },
      ]),
    );
    expect(tagsOf(expire(lane))).toEqual([2]);
    expect(tagsOf(lane.drain('close'))).toEqual([1]);
  });

  it('keeps what is not aggregated as it is', () => {
    const { lane } = makeLane({ range: undefined });
    const entry = single({ tag: 2, putAtMs: 900 });
    lane.queue.push(single({ tag: 1, putAtMs: 100 }));
    lane.queue.push(entry);
    expire(lane);
    expect(lane.drain('close')).toEqual([entry]);
  });

  it('conserves records and their order: each is expired or kept, as its age says', () => {
    const put = fc.record({ putAtMs: fc.nat(1_000), size: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(fc.array(put, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (groups) => {
        const { lane } = makeLane({ aggregateBytes: 150 });
        let tag = 0;
        const puts: { tag: number; putAtMs: number }[] = [];
        for (const group of groups) {
          const facts = group.map(({ putAtMs, size }) => ({ putAtMs, data: 'x'.repeat(size), tag: tag++ }));
          puts.push(...facts);
          lane.queue.push(aggregate(facts, epoch));
        }
        const expired = expire(lane);
        const kept = lane.drain('close');
        expect(tagsOf(expired)).toEqual(puts.filter((one) => one.putAtMs <= 500).map((one) => one.tag));
        expect(tagsOf(kept)).toEqual(puts.filter((one) => one.putAtMs > 500).map((one) => one.tag));
        for (const { members } of [...expired, ...kept]) expect(members.epoch).toBe(epoch);
      }),
    );
  });
});
