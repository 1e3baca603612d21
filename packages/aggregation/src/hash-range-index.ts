import { compareHashKeys, type HashKey } from './hash-key.js';
import { type HashKeyRange, HashRange } from './hash-range.js';

/** The jump table has one cell for each value of a hash key's top 12 bits. */
const cells = 4096;
const cellBits = 12;
/** Segments of one cell that are walked; more are halved first. */
const mostWalked = 8;

/** A stretch of the hash space that belongs to one range. */
interface Segment {
  readonly start: HashKey;
  readonly end: HashKey;
  /** Index of the range in the list given. */
  readonly owner: number;
}

/**
 * Finds the range that holds a hash key, in constant time for evenly spread ranges and without allocation.
 *
 * The top 12 bits of the key choose where to start in the sorted ranges; from there the top 53 bits are compared as doubles,
 * and all 128 where those tie. Where ranges overlap, as a parent and its children do, the one given first wins.
 */
export class HashRangeIndex {
  readonly #segments: readonly Segment[];
  /** First segment that ends in or after the cell. One entry more than cells. */
  readonly #jump: Int32Array;
  /** Top 53 bits of each segment's ends, and then of a segment that no key reaches. */
  readonly #tops: { readonly starts: Float64Array; readonly ends: Float64Array };

  /**
   * @param ranges - The ranges, in any order, complete or not.
   * @throws AggregationError `INVALID_HASH_KEY` when a range is not one.
   */
  constructor(ranges: readonly HashKeyRange[]) {
    const segments: Segment[] = [];
    ranges.forEach((range, owner) => {
      const { start, end } = new HashRange(range);
      insertUncovered(segments, { start, end, owner });
    });
    const starts = new Float64Array(segments.length + 1).fill(Number.POSITIVE_INFINITY);
    const ends = starts.slice();
    segments.forEach((segment, at) => {
      starts[at] = top53Of(segment.start);
      ends[at] = top53Of(segment.end);
    });
    this.#segments = segments;
    this.#tops = { starts, ends };
    this.#jump = jumpTableOf(segments);
  }

  /** Index of the range that holds the hash key in the list given, or -1 when none does. */
  find(key: HashKey): number {
    const { starts, ends } = this.#tops;
    const top = top53Of(key);
    const cell = (key[0] as number) >>> (32 - cellBits);
    let at = this.#jump[cell] as number;
    let last = this.#jump[cell + 1] as number;
    while (last - at > mostWalked) {
      const middle = (at + last) >>> 1;
      if ((ends[middle] as number) < top) at = middle + 1;
      else last = middle;
    }
    while ((ends[at] as number) < top) at++;
    while (ends[at] === top && compareHashKeys((this.#segments[at] as Segment).end, key) < 0) at++;
    const start = starts[at] as number;
    if (start > top) return -1;
    const segment = this.#segments[at] as Segment;
    return start < top || compareHashKeys(segment.start, key) <= 0 ? segment.owner : -1;
  }
}

/** The top 53 bits of a hash key: as many as a double holds exactly. */
function top53Of(key: HashKey): number {
  return (key[0] as number) * 0x20_0000 + ((key[1] as number) >>> 11);
}

function jumpTableOf(segments: readonly Segment[]): Int32Array {
  const jump = new Int32Array(cells + 1);
  let at = 0;
  for (let cell = 0; cell <= cells; cell++) {
    while (at < segments.length && ((segments[at] as Segment).end[0] as number) >>> (32 - cellBits) < cell)
      at++;
    jump[cell] = at;
  }
  return jump;
}

/** Adds to the sorted segments the parts of a new one that no earlier segment covers. */
function insertUncovered(segments: Segment[], added: Segment): void {
  let at = firstEndingFrom(segments, added.start);
  let from = added.start;
  for (;;) {
    const next = segments[at];
    if (next === undefined || compareHashKeys(next.start, added.end) > 0) {
      segments.splice(at, 0, { start: from, end: added.end, owner: added.owner });
      return;
    }
    if (compareHashKeys(from, next.start) < 0) {
      segments.splice(at++, 0, { start: from, end: neighbour(next.start, -1), owner: added.owner });
    }
    if (compareHashKeys(next.end, added.end) >= 0) return;
    from = neighbour(next.end, 1);
    at++;
  }
}

/** The first segment that ends at or after the key. */
function firstEndingFrom(segments: readonly Segment[], key: HashKey): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashKeys((segments[middle] as Segment).end, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next or previous hash key. */
function neighbour(key: HashKey, step: 1 | -1): HashKey {
  const result = key.slice();
  for (let word = 3; word >= 0; word--) {
    result[word] = (result[word] as number) + step;
    if (result[word] !== (step === 1 ? 0 : 0xffff_ffff)) break;
  }
  return result;
}
