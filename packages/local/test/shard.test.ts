import { describe, expect, it } from 'vitest';
import { uniformRanges } from '../src/hash-key.js';
import { RetainedBytes } from '../src/retained-bytes.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { describeChildren, rangeInDecimal, Shard, type ShardFacts } from '../src/shard.js';

const [range] = uniformRanges(1);
if (!range) throw new Error('there is one');
const facts: ShardFacts = {
  number: 3,
  range,
  parents: [],
  epoch: 7,
  openedAtMs: 100,
  limits: defaultServiceLimits,
  budget: new RetainedBytes(1e6),
};
const record = (arrivalMs: number) => ({
  data: new Uint8Array(1),
  partitionKey: 'k',
  arrivalMs,
  sizeBytes: 2,
});

describe('Shard', () => {
  it('numbers its records in order, between its first and its last number', () => {
    const shard = new Shard(facts);
    const numbers = [shard.append(record(100)), shard.append(record(100)), shard.append(record(5_000))];
    shard.close(6_000);
    const { StartingSequenceNumber, EndingSequenceNumber } = shard.describe().SequenceNumberRange;
    const all = [StartingSequenceNumber, ...numbers, EndingSequenceNumber ?? ''];
    expect(all).toEqual([...new Set(all)].sort());
  });

  it('leaves gaps between its numbers, as the service does', () => {
    const shard = new Shard(facts);
    const [first, second] = [shard.append(record(100)), shard.append(record(100))];
    expect(BigInt(second) - BigInt(first) > 1n).toBe(true);
  });

  it('tells those who watch it of every change, until they no longer do', () => {
    const shard = new Shard(facts);
    const told: string[] = [];
    const end = shard.watch(() => told.push('a'));
    shard.watch(() => told.push('b'));
    shard.append(record(100));
    end();
    shard.close(200);
    expect(told).toEqual(['a', 'b', 'b']);
  });

  it('can be described as it stood before it was closed', () => {
    const shard = new Shard(facts);
    shard.close(6_000);
    expect(shard.describe(5_999).SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    expect(shard.describe(6_000).SequenceNumberRange).toHaveProperty('EndingSequenceNumber');
    expect(shard.closedAtMs).toBe(6_000);
  });

  it('knows its parents and becomes known to them', () => {
    const [left, right] = [new Shard({ ...facts, number: 0 }), new Shard({ ...facts, number: 1 })];
    const child = new Shard({ ...facts, number: 2, parents: [left, right] });
    expect(child.describe()).toMatchObject({
      ShardId: 'shardId-000000000002',
      ParentShardId: 'shardId-000000000000',
      AdjacentParentShardId: 'shardId-000000000001',
    });
    expect([left.children, right.children]).toEqual([[child], [child]]);
  });
});

describe('rangeInDecimal', () => {
  it('is the API’s form', () => {
    expect(rangeInDecimal(range)).toEqual({
      StartingHashKey: '0',
      EndingHashKey: '340282366920938463463374607431768211455',
    });
  });

  it('describes its children', () => {
    const parent = new Shard(facts);
    new Shard({ ...facts, number: 4, parents: [parent] });
    expect(describeChildren(parent)).toEqual([
      { ShardId: 'shardId-000000000004', ParentShards: [parent.id], HashKeyRange: rangeInDecimal(range) },
    ]);
  });
});
