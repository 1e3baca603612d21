import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { applyShardChange } from '../src/apply-shard-change.js';
import type { ShardChange } from '../src/fault.js';
import type { Stream } from '../src/stream.js';
import { bareStream } from './support/bare-stream.js';
import { id } from './support/service.js';

const apply = (stream: Stream, change: ShardChange) => applyShardChange(stream, change, 10, seededRandom(3));
const open = (stream: Stream) => stream.openShards.map(({ number }) => number);

describe('applyShardChange', () => {
  it('splits a shard in the middle', () => {
    const stream = bareStream(2);
    expect(apply(stream, { split: { shardId: id(1) } })).toBe(true);
    expect(open(stream)).toEqual([0, 2, 3]);
    expect(stream.openShards.at(-1)?.range.start).toBe(`c${'0'.repeat(31)}`);
  });

  it('merges a shard with its upper neighbour, the last with its lower', () => {
    const stream = bareStream(4);
    apply(stream, { merge: { shardId: id(0) } });
    expect(open(stream)).toEqual([4, 2, 3]);
    apply(stream, { merge: { shardId: id(3) } });
    expect(open(stream)).toEqual([4, 5]);
  });

  it('changes the count, without minding the rule of two', () => {
    const stream = bareStream(1);
    apply(stream, { shardCount: 7 });
    expect(open(stream)).toHaveLength(7);
  });

  it('draws a shard when none is named', () => {
    const stream = bareStream(5);
    apply(stream, { split: {} });
    expect(open(stream)).toHaveLength(6);
    apply(stream, { merge: {} });
    expect(open(stream)).toHaveLength(5);
  });

  it('does nothing when there is nothing to change', () => {
    const stream = bareStream(1);
    expect(apply(stream, { merge: {} })).toBe(false);
    expect(apply(stream, { split: { shardId: id(9) } })).toBe(false);
    expect(open(stream)).toEqual([0]);
    apply(stream, { split: { shardId: id(0) } });
    apply(stream, { split: { shardId: id(0) } });
    apply(stream, { merge: { shardId: id(0) } });
    expect(open(stream)).toEqual([1, 2]);
    expect(apply(bareStream(0), { split: {} })).toBe(false);
    expect(apply(bareStream(3), { shardCount: 3 })).toBe(false);
  });
});
