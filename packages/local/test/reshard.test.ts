import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyAfter, middleOf } from '../src/hash-key.js';
import { isNextTo, merge, split, updateShardCount } from '../src/reshard.js';
import type { Shard } from '../src/shard.js';
import type { Stream } from '../src/stream.js';
import { bareStream } from './support/bare-stream.js';

/** Every key has exactly one open shard, and every child's numbers lie above its parents'. */
function checkTree(stream: Stream): void {
  const open = stream.openShards;
  expect(open[0]?.range.start).toBe('0'.repeat(32));
  expect(open.at(-1)?.range.end).toBe('f'.repeat(32));
  for (const [index, shard] of open.slice(1).entries()) {
    expect(shard.range.start).toBe(keyAfter(open[index]?.range.end ?? ''));
  }
  for (const shard of stream.shards) {
    expect(shard.parentIds.length).toBeLessThanOrEqual(2);
    expect(shard.children.length).toBeLessThanOrEqual(2);
    for (const child of shard.children) checkChild(shard, child);
  }
}

function checkChild(parent: Shard, child: Shard): void {
  expect(child.parentIds).toContain(parent.id);
  expect(parent.closedAtMs).toBe(child.openedAtMs);
  const end = parent.describe().SequenceNumberRange.EndingSequenceNumber ?? '';
  expect(end < child.describe().SequenceNumberRange.StartingSequenceNumber).toBe(true);
}

const change = fc.record({
  kind: fc.constantFrom('split', 'merge', 'count', 'put'),
  at: fc.nat(1_000),
  passMs: fc.nat(3),
});

interface Change {
  readonly kind: string;
  readonly at: number;
}

function apply(stream: Stream, { kind, at }: Change, now: number): void {
  const open = stream.openShards;
  const shard = open[at % open.length];
  const next = open[(at % open.length) + 1];
  const middle = shard && middleOf(shard.range);
  if (kind === 'count') updateShardCount(stream, (at % (2 * open.length)) + 1, now);
  if (kind === 'split' && shard && middle) split(stream, shard, middle, now);
  if (kind === 'merge' && shard && next) merge(stream, shard, next, now);
  if (kind === 'put')
    shard?.append({ data: new Uint8Array(1), partitionKey: 'k', arrivalMs: now, sizeBytes: 2 });
}

describe('resharding', () => {
  it('leaves one open shard for every key and sequence numbers that rise from parent to child', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(change, { maxLength: 25 }), (shards, changes) => {
        const stream = bareStream(shards);
        let now = 0;
        for (const each of changes) {
          now += each.passMs;
          apply(stream, each, now);
          checkTree(stream);
        }
      }),
    );
  });

  it('splits at any key, down to ranges of one key', () => {
    const stream = bareStream(1);
    const [shard] = stream.openShards;
    if (!shard) throw new Error('there is one');
    split(stream, shard, `${'0'.repeat(31)}1`, 5);
    checkTree(stream);
    expect(stream.openShards.map(({ range }) => range.start === range.end)).toEqual([true, false]);
  });

  it('looks at the shards it changes, not at all of them for each change', () => {
    const stream = bareStream(256);
    let looks = 0;
    for (const shard of stream.openShards) {
      const { range } = shard;
      Object.defineProperty(shard, 'range', {
        get: () => {
          looks++;
          return range;
        },
      });
    }
    updateShardCount(stream, 512, 5);
    expect(stream.openShards).toHaveLength(512);
    // Each of 512 bounds is looked up by halving 256 to 512 shards, twice or three times. All for each would be 65,536.
    expect(looks).toBeLessThan(512 * 3 * 12);
  });

  it.each([3, 5, 7, 100])('doubles %i shards and halves them again without short-lived ones', (shards) => {
    const stream = bareStream(shards);
    updateShardCount(stream, 2 * shards, 1);
    expect(stream.shards).toHaveLength(3 * shards);
    checkTree(stream);
    updateShardCount(stream, shards, 2);
    expect(stream.shards).toHaveLength(4 * shards);
    expect(stream.openShards).toHaveLength(shards);
    checkTree(stream);
  });

  it.each([3, 5, 7, 100])('merges twice %i shards in pairs', (pairs) => {
    const stream = bareStream(2 * pairs);
    updateShardCount(stream, pairs, 1);
    expect(stream.shards).toHaveLength(3 * pairs);
    expect(stream.openShards).toHaveLength(pairs);
    checkTree(stream);
  });

  it('keeps the shards that already fit the new count', () => {
    const stream = bareStream(4);
    updateShardCount(stream, 4, 5);
    expect(stream.shards).toHaveLength(4);
  });
});

describe('isNextTo', () => {
  it('knows the neighbour above, and no other', () => {
    const [a, b, c] = bareStream(3).openShards;
    if (!a || !b || !c) throw new Error('there are three');
    expect(isNextTo(b, a)).toBe(true);
    for (const [adjacent, shard] of [
      [a, b],
      [c, a],
      [a, c],
      [a, a],
    ] as const) {
      expect(isNextTo(adjacent, shard)).toBe(false);
    }
  });
});
