import { InvalidOptionError } from '@shardline/core';
import { type ClientChoice, checkClientChoice } from '@shardline/core/internal';

/** Options that bear on one another, each right by itself. */
export interface RelatedOptions extends ClientChoice {
  readonly aggregateBytes: number;
  readonly maxAggregateBytes: number;
  readonly lingerMs: number;
  readonly recordTtlMs: number;
}

/** Throws {@link InvalidOptionError} where options of a producer contradict one another. */
export function refuseConflicts(resolved: RelatedOptions): void {
  checkClientChoice('Producer', resolved);
  const { aggregateBytes, maxAggregateBytes, lingerMs, recordTtlMs } = resolved;
  if (maxAggregateBytes < aggregateBytes) {
    throw new InvalidOptionError({
      owner: 'Producer',
      option: 'maxAggregateBytes',
      received: maxAggregateBytes,
      expected: `at least aggregateBytes (${aggregateBytes})`,
    });
  }
  if (recordTtlMs <= lingerMs) {
    throw new InvalidOptionError({
      owner: 'Producer',
      option: 'recordTtlMs',
      received: recordTtlMs,
      expected: `above lingerMs (${lingerMs}): a record would expire before it is sent`,
    });
  }
}
