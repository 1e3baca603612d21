import fc from 'fast-check';

/** A shard of a stream that was resharded, as ListShards would tell it. */
export interface HistoricShard {
  /** In the service's form, counted in the order of birth. */
  readonly shardId: string;
  /** None, one (born of a split) or two (born of a merge). */
  readonly parentShardIds: readonly string[];
  /** First hash key of its range, in decimal. */
  readonly startingHashKey: string;
  /** Last hash key of its range, in decimal. */
  readonly endingHashKey: string;
  /** False once it was split or merged. The ranges of the open shards cover the hash space without overlap. */
  readonly open: boolean;
}

/** Options of {@link shardHistories}. */
export interface ShardHistoriesOptions {
  /**
   * Most shards that the stream begins with.
   * @defaultValue 8
   */
  readonly maxShards?: number;
  /**
   * Most splits and merges.
   * @defaultValue 8
   */
  readonly maxReshards?: number;
}

interface Shard {
  readonly shardId: string;
  readonly parents: readonly Shard[];
  readonly first: bigint;
  readonly last: bigint;
}

interface Reshard {
  readonly merge: boolean;
  /** Which of the open shards, taken modulo their number. */
  readonly pick: number;
  /** Where in its range a shard is split. */
  readonly at: 'start' | 'middle' | 'end';
}

const highest = 2n ** 128n - 1n;

/**
 * Streams that were split and merged: all their shards, closed ones included, in the order of their birth. Splits fall in the middle of
 * a range or leave a single hash key on one side.
 */
export function shardHistories(options: ShardHistoriesOptions = {}): fc.Arbitrary<readonly HistoricShard[]> {
  const { maxShards = 8, maxReshards = 8 } = options;
  const reshard = fc.record<Reshard>({
    merge: fc.boolean(),
    pick: fc.nat(),
    at: fc.constantFrom('middle', 'start', 'end'),
  });
  return fc
    .tuple(fc.integer({ min: 1, max: maxShards }), fc.array(reshard, { maxLength: maxReshards }))
    .map(([shards, reshards]) => historyOf(shards, reshards));
}

function historyOf(shards: number, reshards: readonly Reshard[]): readonly HistoricShard[] {
  const all: Shard[] = [];
  const born = (parents: readonly Shard[], first: bigint, last: bigint): Shard => {
    const shard = { shardId: `shardId-${String(all.length).padStart(12, '0')}`, parents, first, last };
    all.push(shard);
    return shard;
  };
  const startOf = (index: number) => ((highest + 1n) * BigInt(index)) / BigInt(shards);
  let open = Array.from({ length: shards }, (_, index) => born([], startOf(index), startOf(index + 1) - 1n));
  for (const { merge, pick, at } of reshards) {
    const index = pick % open.length;
    const [chosen, next] = open.slice(index, index + 2);
    if (!chosen) continue;
    if (merge && next) {
      open = open.toSpliced(index, 2, born([chosen, next], chosen.first, next.last));
    } else if (!merge && chosen.first < chosen.last) {
      const cut = cutOf(chosen, at);
      const left = born([chosen], chosen.first, cut - 1n);
      open = open.toSpliced(index, 1, left, born([chosen], cut, chosen.last));
    }
  }
  return all.map((shard) => ({
    shardId: shard.shardId,
    parentShardIds: shard.parents.map(({ shardId }) => shardId),
    startingHashKey: String(shard.first),
    endingHashKey: String(shard.last),
    open: open.includes(shard),
  }));
}

/** The first hash key of the upper child. */
function cutOf({ first, last }: Shard, at: Reshard['at']): bigint {
  if (at === 'start') return first + 1n;
  return at === 'end' ? last : (first + last + 1n) / 2n;
}
