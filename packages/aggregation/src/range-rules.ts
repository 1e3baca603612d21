import type { Aggregate } from './aggregate.js';
import { type HashKey, hashKeyOf, parseHashKey } from './hash-key.js';
import type { HashRange } from './hash-range.js';

/** What becomes of user records whose hash key lies outside the shard's range, see `DeaggregateOptions.outOfRange`. */
export type OutOfRange = 'auto' | 'drop' | 'deliver';

/** What becomes of one user record. */
export const fate = Object.freeze({
  deliver: 1,
  /** Delivered although it is outside the range. */
  deliverAndReport: 2,
  drop: 3,
});

/**
 * Decides which user records of an aggregate belong to the shard they were read from (C12).
 *
 * A user record in the shard's range does. One that is outside it but in a parent's was aggregated before a split, and its producer has
 * put it again: dropped. One outside both comes from an aggregator that did not care: with `auto`, delivered and reported.
 */
export class RangeRules {
  readonly #range: HashRange;
  readonly #parents: readonly HashRange[];
  readonly #outOfRange: OutOfRange;
  readonly #scratchKey: HashKey = new Uint32Array(4);

  constructor(range: HashRange, parents: readonly HashRange[], outOfRange: OutOfRange) {
    this.#range = range;
    this.#parents = parents;
    this.#outOfRange = outOfRange;
  }

  /** The fate of every user record. Each partition key is hashed once and each explicit hash key parsed once. */
  fates(aggregate: Aggregate): Uint8Array {
    const fates = new Uint8Array(aggregate.count);
    const byPartitionKey = new Uint8Array(aggregate.partitionKeys.count);
    const byExplicitHashKey = new Uint8Array(aggregate.explicitHashKeys.count);
    for (let member = 0; member < fates.length; member++) {
      const explicitIndex = aggregate.explicitHashKeyIndex(member);
      const known = explicitIndex < 0 ? byPartitionKey : byExplicitHashKey;
      const index = explicitIndex < 0 ? aggregate.partitionKeyIndex(member) : explicitIndex;
      if (known[index] === 0) known[index] = this.#fateOf(this.#hashKeyOf(aggregate, member));
      fates[member] = known[index] as number;
    }
    return fates;
  }

  #hashKeyOf(aggregate: Aggregate, member: number): HashKey | undefined {
    const explicitHashKey = aggregate.explicitHashKey(member);
    return explicitHashKey === undefined
      ? hashKeyOf(aggregate.partitionKey(member), undefined, this.#scratchKey)
      : parseHashKey(explicitHashKey, this.#scratchKey);
  }

  /** What has an explicit hash key that is none lies nowhere. */
  #fateOf(key: HashKey | undefined): number {
    if (key !== undefined && this.#range.contains(key)) return fate.deliver;
    if (this.#outOfRange === 'deliver') return fate.deliverAndReport;
    if (this.#outOfRange === 'drop') return fate.drop;
    return key !== undefined && this.#parents.some((parent) => parent.contains(key))
      ? fate.drop
      : fate.deliverAndReport;
  }
}
