import { AggregationError } from './aggregation-error.js';
import { compareHashKeys, type HashKey, requireHashKey } from './hash-key.js';

/** Where a range of the hash space starts and ends, both included, in decimal: what ListShards gives for a shard. */
export interface HashKeyRange {
  /** First hash key of the range, 0 to 2^128 - 1. */
  readonly startingHashKey: string;
  /** Last hash key of the range, not below the first. */
  readonly endingHashKey: string;
}

/** One range of the hash space. */
export class HashRange {
  /** First hash key of the range. */
  readonly start: HashKey;
  /** Last hash key of the range. */
  readonly end: HashKey;

  /**
   * @param range - Where it starts and ends.
   * @throws AggregationError `INVALID_HASH_KEY` when one is not a hash key, or the range ends before it starts.
   */
  constructor(range: HashKeyRange) {
    this.start = requireHashKey(range.startingHashKey, 'starting hash key of a range');
    this.end = requireHashKey(range.endingHashKey, 'ending hash key of a range');
    if (compareHashKeys(this.start, this.end) > 0) {
      const received = `${range.startingHashKey} to ${range.endingHashKey}`;
      throw new AggregationError('INVALID_HASH_KEY', `A hash-key range ends before it starts: ${received}.`, {
        received,
      });
    }
  }

  /** Whether the hash key lies in the range. */
  contains(key: HashKey): boolean {
    return compareHashKeys(key, this.start) >= 0 && compareHashKeys(key, this.end) <= 0;
  }
}
