import type { HashKey, HashRangeIndex } from '@shardline/aggregation';
import type { Lane } from './lane.js';
import type { ShardMap, ShardRange } from './shard-map.js';

/** The lanes of one shard map, and which of them takes a hash key. Without a map: one lane over everything. */
export class LaneTable {
  readonly map: ShardMap | undefined;
  readonly lanes: readonly Lane[];
  readonly #index: HashRangeIndex | undefined;
  /** By hash key. */
  readonly #inOrder: readonly Lane[];

  /** `lanes` are those of the map's shards, in their order. No two of them share a hash key. */
  constructor(map: ShardMap | undefined, lanes: readonly Lane[]) {
    this.map = map;
    this.lanes = lanes;
    this.#index = map?.index;
    this.#inOrder = lanes.toSorted((one, other) => compareDecimal(startOf(one), startOf(other)));
  }

  /** The lane of a hash key. */
  laneFor(hash: HashKey): Lane {
    const lane = this.lanes[this.#index ? this.#index.find(hash) : 0];
    if (!lane) throw new Error('A lane table with a hole; this is a defect of the producer.');
    return lane;
  }

  /** The lanes that share a hash key with `range`; an unknown range is the whole. */
  lanesIn(range: ShardRange | undefined): readonly Lane[] {
    if (!range) return this.#inOrder;
    const { startingHashKey, endingHashKey } = range;
    const from = this.#countBefore((lane) => compareDecimal(endOf(lane), startingHashKey) < 0);
    const until = this.#countBefore((lane) => compareDecimal(startOf(lane), endingHashKey) <= 0);
    return this.#inOrder.slice(from, until);
  }

  /** How many lanes come before the first, by hash key, of which `isBefore` does not hold. */
  #countBefore(isBefore: (lane: Lane) => boolean): number {
    let low = 0;
    let high = this.#inOrder.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#inOrder[middle] as Lane)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const startOf = (lane: Lane): string => lane.range?.startingHashKey ?? '0';
const endOf = (lane: Lane): string => lane.range?.endingHashKey ?? lastHashKey;
const lastHashKey = String(2n ** 128n - 1n);

/** Compares plain decimal numbers without leading zeros. */
function compareDecimal(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
