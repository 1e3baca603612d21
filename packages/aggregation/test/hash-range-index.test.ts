/**
 * The jump table against a plain search with BigInt. Catches mistakes where double compares tie, at cell borders of the table, at
 * the ends of the hash space, in holes and with overlapping ranges.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKeyOf } from '../src/hash-key.js';
import { HashRangeIndex } from '../src/hash-range-index.js';

const largest = 2n ** 128n - 1n;

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

const key = (value: bigint) => hashKeyOf('', String(value));
const indexOf = (ranges: readonly Range[]) =>
  new HashRangeIndex(
    ranges.map(({ start, end }) => ({ startingHashKey: String(start), endingHashKey: String(end) })),
  );
/** The first range given that holds the key. */
const plainFind = (ranges: readonly Range[], value: bigint) =>
  ranges.findIndex(({ start, end }) => start <= value && value <= end);

/** Equal parts of the hash space, as a new stream has them. */
function evenly(count: number): Range[] {
  const start = (shard: number) => ((largest + 1n) * BigInt(shard)) / BigInt(count);
  return Array.from({ length: count }, (_, shard) => ({ start: start(shard), end: start(shard + 1) - 1n }));
}

/** The keys at which an answer can change, and their neighbours. */
function criticalKeys(ranges: readonly Range[]): bigint[] {
  return [
    0n,
    largest,
    ...ranges.flatMap(({ start, end }) => [start - 1n, start, start + 1n, end - 1n, end, end + 1n]),
  ].filter((value) => value >= 0n && value <= largest);
}

function expectAsPlain(ranges: readonly Range[], more: readonly bigint[] = []): void {
  const index = indexOf(ranges);
  for (const value of [...criticalKeys(ranges), ...more]) {
    expect([value, index.find(key(value))]).toEqual([value, plainFind(ranges, value)]);
  }
}

/** Points that tie in the top 53 bits, stand at cell borders, or anywhere. */
const anyPoint = fc.oneof(
  fc.bigInt({ min: 0n, max: largest }),
  fc
    .tuple(fc.nat({ max: 4095 }), fc.bigInt({ min: 0n, max: 3n }))
    .map(([cell, more]) => (BigInt(cell) << 116n) + more),
  fc.bigInt({ min: 0n, max: 20n }).map((low) => (1n << 100n) + low),
  fc.bigInt({ min: 0n, max: 20n }).map((low) => (1n << 100n) + (low << 73n)),
);

describe('HashRangeIndex', () => {
  it.each([1, 2, 3, 4, 7, 64, 1000, 4096, 10_000])(
    'finds the shard of every border of %i even shards',
    (count) => {
      expectAsPlain(
        count > 100 ? evenly(count).filter((_, shard) => shard % (count >> 4) === 0) : evenly(count),
      );
      const ranges = evenly(count);
      const index = indexOf(ranges);
      const wrong = ranges.filter(
        ({ start, end }, shard) => index.find(key(start)) !== shard || index.find(key(end)) !== shard,
      );
      expect(wrong).toEqual([]);
    },
  );

  it('agrees with a plain search over any ranges', () => {
    const anyRange = fc
      .tuple(anyPoint, anyPoint)
      .map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a }));
    fc.assert(
      fc.property(
        fc.array(anyRange, { maxLength: 12 }),
        fc.array(anyPoint, { maxLength: 8 }),
        (ranges, points) => {
          expectAsPlain(ranges, points);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agrees with a plain search over parts of the hash space in any order, some missing', () => {
    const cuts = fc.uniqueArray(anyPoint, { maxLength: 30 });
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat({ max: 9 })), (points, picks) => {
        const starts = [0n, ...points.filter((point) => point > 0n).sort((a, b) => (a < b ? -1 : 1))];
        const parts = starts.map((start, at) => ({ start, end: (starts[at + 1] ?? largest + 1n) - 1n }));
        const kept = parts
          .map((part) => ({ part, pick: picks.next().value as number }))
          .filter(({ pick }) => pick > 0)
          .sort((a, b) => a.pick - b.pick)
          .map(({ part }) => part);
        expectAsPlain(kept);
      }),
      { numRuns: 200 },
    );
  });

  it('finds one among many narrow ranges in one cell', () => {
    const ranges = Array.from({ length: 500 }, (_, at) => ({
      start: BigInt(at) * 10n,
      end: BigInt(at) * 10n + 8n,
    }));
    expectAsPlain(ranges, [9n, 4999n]);
    const spread = ranges.map(({ start, end }) => ({ start: start << 90n, end: (end << 90n) + 1n }));
    expectAsPlain(spread);
  });

  it('answers -1 where there is no range', () => {
    expect(indexOf([]).find(key(0n))).toBe(-1);
    expect(indexOf([]).find(key(largest))).toBe(-1);
    expectAsPlain([{ start: 5n, end: 5n }], [4n, 6n, largest]);
  });

  it('prefers the range given first where ranges overlap', () => {
    const [low, high] = evenly(2) as [Range, Range];
    const parent = { start: 0n, end: largest };
    expect(indexOf([low, high, parent]).find(key(high.start))).toBe(1);
    expect(indexOf([parent, low, high]).find(key(high.start))).toBe(0);
  });

  it('refuses what is not a range', () => {
    expect(() => new HashRangeIndex([{ startingHashKey: '1', endingHashKey: 'two' }])).toThrow(
      expect.objectContaining({ code: 'INVALID_HASH_KEY' }),
    );
  });
});
