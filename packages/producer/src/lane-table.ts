import type { HashKey, HashRangeIndex } from '@shardline/aggregation';
import type { Lane } from './lane.js';
import type { ShardMap, ShardRange } from './shard-map.js';

/** The lanes of one shard map, and which of them takes a hash key. Without a map: one lane over everything. */
export class LaneTable {
  readonly map: ShardMap | undefined;
  readonly lanes: readonly Lane[];
  readonly #index: HashRangeIndex | undefined;

  /** `lanes` are those of the map's shards, in their order. */
  constructor(map: ShardMap | undefined, lanes: readonly Lane[]) {
    this.map = map;
    this.lanes = lanes;
    this.#index = map?.index;
  }

  /** The lane of a hash key. */
  laneFor(hash: HashKey): Lane {
    const lane = this.lanes[this.#index ? this.#index.find(hash) : 0];
    if (!lane) throw new Error('A lane table with a hole; this is a defect of the producer.');
    return lane;
  }
}

/** Whether two hash ranges share a key. An unknown range is the whole. */
export function overlaps(one: ShardRange | undefined, other: ShardRange | undefined): boolean {
  if (!one || !other) return true;
  return (
    compareDecimal(one.startingHashKey, other.endingHashKey) <= 0 &&
    compareDecimal(other.startingHashKey, one.endingHashKey) <= 0
  );
}

/** Compares plain decimal numbers without leading zeros. */
function compareDecimal(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
