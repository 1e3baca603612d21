import { serviceFaultOf } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import type { RecordsPage, StreamShard } from '../src/kinesis-reads.js';
import { areChildrenSound, childrenByListing, type Listing, whatIsGone } from '../src/shard-evidence.js';

const hashKeyRange = { startingHashKey: '0', endingHashKey: '9' };

function shard(shardId: string, parentShardIds: readonly string[] = [], open = true): StreamShard {
  return { shardId, parentShardIds, hashKeyRange, startingSequenceNumber: '1', open };
}

const failed = (name: string): Listing => ({
  fault: serviceFaultOf(Object.assign(new Error('no'), { name })),
});
const noStream = failed('ResourceNotFoundException');
const unknown = failed('InternalFailure');

describe('whatIsGone', () => {
  test.each<[string, Listing, string | undefined]>([
    ['the stream, if it is not found either', noStream, 'stream-gone'],
    ['the shard, if others are listed', { shards: [shard('s1')] }, 'shard-gone'],
    ['nothing, if the shard is listed', { shards: [shard('s0', [], false), shard('s1')] }, undefined],
    ['nobody knows, if nothing is listed', { shards: [] }, undefined],
    ['nobody knows, if listing fails', unknown, undefined],
  ])('%s', (_what, listing, gone) => {
    expect(whatIsGone('s0', listing)).toBe(gone);
  });
});

describe('areChildrenSound', () => {
  const page = (child: Partial<StreamShard>): RecordsPage => ({
    records: [],
    nextIterator: undefined,
    millisBehindLatest: 0,
    childShards: [shard('s1', ['s0']), { ...shard('s2', ['s9', 's0']), ...child }],
  });

  test('a child has its id, its range and the shard for a parent', () => {
    expect(areChildrenSound('s0', page({}))).toBe(true);
    expect(areChildrenSound('s0', { ...page({}), childShards: [] })).toBe(true);
  });

  test.each<Partial<StreamShard>>([
    { shardId: '' },
    { parentShardIds: [] },
    { parentShardIds: ['s9'] },
    { hashKeyRange: { startingHashKey: '', endingHashKey: '9' } },
    { hashKeyRange: { startingHashKey: '0', endingHashKey: '' } },
  ])('64: not with %j', (flaw) => {
    expect(areChildrenSound('s0', page(flaw))).toBe(false);
  });
});

describe('childrenByListing', () => {
  test('of a shard that is closed: those that name it', () => {
    const shards = [
      shard('s0', [], false),
      shard('s1', ['s0']),
      shard('s2', ['s0', 's3']),
      shard('s4', ['s3']),
    ];
    expect(childrenByListing('s0', { shards })).toEqual([
      { shardId: 's1', parentShardIds: ['s0'], hashKeyRange },
      { shardId: 's2', parentShardIds: ['s0', 's3'], hashKeyRange },
    ]);
  });

  test('of a shard or a stream that is gone: none need be left', () => {
    expect(childrenByListing('s0', { shards: [shard('s7')] })).toEqual([]);
    expect(childrenByListing('s0', noStream)).toEqual([]);
  });

  test.each<[string, Listing]>([
    ['the shard is open', { shards: [shard('s0')] }],
    ['nothing is listed', { shards: [] }],
    ['listing fails', unknown],
  ])('64: no end is believed where %s', (_why, listing) => {
    expect(childrenByListing('s0', listing)).toBeUndefined();
  });
});
