import { type HashKey, HashRangeIndex } from '@shardline/aggregation';

/** A shard as far as placement goes. */
export interface ShardRange {
  readonly shardId: string;
  /** First hash key, decimal. */
  readonly startingHashKey: string;
  /** Last hash key, decimal, inclusive. */
  readonly endingHashKey: string;
  /** Where its numbers begin: tells a shard from one of the same id in a stream that was made anew. Undefined where not listed. */
  readonly startingSequenceNumber?: string | undefined;
}

/** The open shards of a stream as one listing showed them. Immutable; a newer listing makes a newer map. */
export class ShardMap {
  readonly shards: readonly ShardRange[];
  /** Finds a shard in {@link ShardMap.shards}. */
  readonly index: HashRangeIndex;
  readonly #byId: ReadonlyMap<string, ShardRange>;
  /** From the oldest on, once somebody asked. */
  #ids: readonly string[] | undefined;

  constructor(shards: readonly ShardRange[]) {
    this.shards = shards;
    this.index = new HashRangeIndex(shards);
    this.#byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  }

  /** The open shard that the service will put `hash` in. */
  shardFor(hash: HashKey): ShardRange | undefined {
    return this.shards[this.index.find(hash)];
  }

  has(shardId: string): boolean {
    return this.#byId.has(shardId);
  }

  get(shardId: string): ShardRange | undefined {
    return this.#byId.get(shardId);
  }

  /** The newest of its shards that was made before `shardId`: ids end in a number that only grows. */
  newestBefore(shardId: string): string | undefined {
    this.#ids ??= [...this.#byId.keys()].sort();
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as string) < shardId) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low - 1];
  }

  /** Whether it shows this very shard, not merely one of its id. */
  holds(shard: ShardRange): boolean {
    return sameRange(shard, this.#byId.get(shard.shardId));
  }

  /** Whether `other` has the id of one of its shards for another shard: the stream was made anew in between. */
  isOfAnotherStream(other: ShardMap): boolean {
    return this.shards.some((shard) => other.has(shard.shardId) && !other.holds(shard));
  }

  /** Whether `other` has the same shards with the same ranges. */
  equals(other: ShardMap): boolean {
    return this.shards.length === other.shards.length && this.shards.every((shard) => other.holds(shard));
  }
}

/** Whether two shards are the same one: a stream that is made anew under its old name reuses ids. */
export function sameRange(one: ShardRange, other: ShardRange | undefined): boolean {
  return (
    other !== undefined &&
    one.shardId === other.shardId &&
    one.startingHashKey === other.startingHashKey &&
    one.endingHashKey === other.endingHashKey &&
    sameIfKnown(one.startingSequenceNumber, other.startingSequenceNumber)
  );
}

function sameIfKnown(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Whether the ranges cover every hash key once. A listing taken in the middle of a reshard may not. */
export function coversEverything(shards: readonly ShardRange[]): boolean {
  const ranges = shards
    .map(({ startingHashKey, endingHashKey }) => ({
      start: BigInt(startingHashKey),
      end: BigInt(endingHashKey),
    }))
    .sort((one, other) => (one.start < other.start ? -1 : 1));
  let next = 0n;
  for (const { start, end } of ranges) {
    if (start !== next) return false;
    next = end + 1n;
  }
  return next === 1n << 128n;
}
