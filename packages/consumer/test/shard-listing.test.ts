import { expect, test } from 'vitest';
import { compareShardIds, problemOf, ShardListing } from '../src/shard-listing.js';
import { leaseOf, ShardTree, shardId } from './support/shard-tree.js';

const listingOf = (tree: ShardTree, asOfMs?: number) => new ShardListing(tree.list(asOfMs));

function splitTree(): ShardTree {
  const tree = new ShardTree(2);
  tree.split(0);
  return tree;
}

test('a listing is a tree: parents that are listed, children, the newest', () => {
  const tree = new ShardTree(2);
  tree.merge(0, 1);
  tree.split(2);
  const listing = listingOf(tree);
  expect(listing.parentsOf(tree.shard(2)).map((shard) => shard.shardId)).toEqual([0, 1].map(shardId));
  expect(listing.childrenOf(shardId(2)).map((shard) => shard.shardId)).toEqual([3, 4].map(shardId));
  expect([listing.childrenOf(shardId(4)), listing.get(shardId(5))]).toEqual([[], undefined]);
  expect(listing.newest()?.shardId).toBe(shardId(4));
  tree.forgetBefore(1);
  expect(listingOf(tree).parentsOf(tree.shard(2))).toEqual([]);
});

test('ids are ordered by number, longer ones last', () => {
  const ids = ['shardId-1000000000000', 'shardId-999999999999', shardId(10), shardId(9), shardId(10)];
  expect(ids.sort(compareShardIds)).toEqual([
    ...[9, 10, 10].map(shardId),
    'shardId-999999999999',
    'shardId-1000000000000',
  ]);
});

test('a complete listing has no problem, nor has one that has forgotten shards with leases', () => {
  const tree = splitTree();
  const leases = tree.list().map((shard) => leaseOf(shard));
  expect(problemOf(listingOf(tree), 'all', leases)).toBeUndefined();
  tree.forgetBefore(1);
  expect(problemOf(listingOf(tree), 'all', leases)).toBeUndefined();
});

test('8. an open parent with a listed child: not to be relied on', () => {
  const tree = splitTree();
  const shards = tree
    .list()
    .map((shard) => (shard.shardId === shardId(0) ? { ...shard, open: true } : shard));
  const problem = { reason: 'open-parent', shardId: shardId(2) };
  expect(problemOf(new ShardListing(shards), 'all', [])).toEqual(problem);
  expect(problemOf(new ShardListing(shards), 'layer', [])).toEqual(problem);
});

test.each([1, 2, 3])('9. open shard %i missing: a hole', (index) => {
  const tree = splitTree();
  const shards = tree.list().filter((shard) => shard.shardId !== shardId(index));
  expect(problemOf(new ShardListing(shards), 'all', [])).toEqual({ reason: 'hole', shardId: undefined });
});

test('9. of a layer every shard counts, closed ones too, and ranges may overlap', () => {
  const tree = splitTree();
  const [closed, upper, ...children] = tree.list();
  if (!closed || !upper) throw new RangeError('There are no shards.');
  const hole = { reason: 'hole', shardId: undefined };
  expect(problemOf(new ShardListing([closed, upper]), 'layer', [])).toBeUndefined();
  expect(problemOf(new ShardListing([closed, upper]), 'all', [])).toEqual(hole);
  expect(problemOf(new ShardListing([upper]), 'layer', [])).toEqual(hole);
  expect(problemOf(new ShardListing([closed]), 'layer', [])).toEqual(hole);
  expect(problemOf(new ShardListing([closed, ...children, upper]), 'layer', [])).toBeUndefined();
  expect(problemOf(new ShardListing([closed, ...children.slice(0, 1), upper]), 'layer', [])).toBeUndefined();
  expect(problemOf(new ShardListing([]), 'all', [])).toEqual(hole);
});

test('a listing from before a reshard that is known of is outdated', () => {
  const tree = splitTree();
  const leases = [leaseOf(tree.shard(1)), leaseOf(tree.shard(2))];
  expect(problemOf(listingOf(tree, 0), 'all', leases)).toEqual({ reason: 'outdated', shardId: shardId(2) });
});

test('a listing that has the parent of a leased shard but not the shard has a hole: parents are forgotten first', () => {
  const tree = splitTree();
  tree.merge(2, 3);
  const leases = [leaseOf(tree.shard(3))];
  const shards = tree.list().filter((shard) => shard.shardId !== shardId(3));
  expect(problemOf(new ShardListing(shards), 'all', leases)).toEqual({ reason: 'hole', shardId: shardId(3) });
});

test('heirs of a forgotten shard are its children, and those below by their ranges', () => {
  const tree = new ShardTree(2);
  const leases = tree.list().map((shard) => leaseOf(shard));
  const [lower, upper] = leases;
  if (!lower || !upper) throw new RangeError('There are no leases.');
  tree.split(0);
  tree.split(2);
  const heirs = (of: typeof lower) =>
    listingOf(tree)
      .heirsOf(of)
      .map((shard) => shard.shardId);
  tree.forgetBefore(1);
  expect([heirs(lower), heirs(upper)]).toEqual([[2, 3].map(shardId), []]);
  tree.forgetBefore(2);
  expect(heirs(lower)).toEqual([3, 4, 5].map(shardId));
  expect(heirs({ ...lower, hashKeyRange: undefined })).toEqual([shardId(3)]);
});
