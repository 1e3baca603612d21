import {
  type HashKey,
  type HashKeyRange,
  keyAfter,
  keyBefore,
  keyDistance,
  uniformRanges,
} from './hash-key.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/**
 * Closes `parent` and opens two children on its range, the upper one from `startOfUpper`. Sequence numbers of children
 * lie above all of their parents'.
 */
export function split(stream: Stream, parent: Shard, startOfUpper: HashKey, atMs: number): void {
  const { start, end } = parent.range;
  const ranges = [
    { start, end: keyBefore(startOfUpper) },
    { start: startOfUpper, end },
  ];
  stream.replace([parent], ranges, atMs);
}

/** Closes two shards with adjacent ranges and opens their child. `shard` becomes its parent, the other the adjacent parent. */
export function merge(stream: Stream, shard: Shard, adjacent: Shard, atMs: number): void {
  const [lower, upper] = shard.range.start < adjacent.range.start ? [shard, adjacent] : [adjacent, shard];
  stream.replace([shard, adjacent], [{ start: lower.range.start, end: upper.range.end }], atMs);
}

/** Whether the range of one shard begins where that of another ends, which is how the service wants two to be merged named. */
export function isNextTo(adjacent: Shard, shard: Shard): boolean {
  return keyAfter(shard.range.end) === adjacent.range.start;
}

/**
 * Brings the stream to `target` open shards of equal size. As in the service, a shard has at most two parents and two
 * children, so that a target which does not divide evenly leaves short-lived shards behind: first every shard is split
 * at the new bounds inside it, then the pieces of each new range are merged from the lowest up.
 */
export function updateShardCount(stream: Stream, target: number, atMs: number): void {
  const ranges = rangesFor(stream, target);
  for (const { start } of ranges) {
    const holder = stream.shardFor(start);
    if (holder && holder.range.start !== start) split(stream, holder, start, atMs);
  }
  for (const { start, end } of ranges) {
    let merged = stream.shardFor(start);
    while (merged && merged.range.end < end) {
      const next = stream.shardFor(keyAfter(merged.range.end));
      if (!next) break;
      merge(stream, merged, next, atMs);
      merged = stream.shardFor(start);
    }
  }
}

/**
 * Equal ranges, whose bounds are those of open shards where they differ by rounding alone: three shards become six by three
 * splits, although a third of the keys is not exactly two sixths.
 */
function rangesFor(stream: Stream, target: number): readonly HashKeyRange[] {
  const roundingKeys = BigInt(Math.max(target, stream.openShards.length));
  const ranges = uniformRanges(target);
  const starts = ranges.map(({ start }) => {
    const holder = stream.shardFor(start);
    if (!holder) return start;
    const bounds = [holder.range.start, keyAfter(holder.range.end)];
    return bounds.find((bound) => keyDistance(bound, start) <= roundingKeys) ?? start;
  });
  return ranges.map(({ start, end }, index) => {
    const next = starts[index + 1];
    return { start: starts[index] ?? start, end: next === undefined ? end : keyBefore(next) };
  });
}
