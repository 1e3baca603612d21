import { serviceLimits } from '@shardline/core/internal';
import type { ResolvedProducerOptions } from './options.js';

/** Every stream takes a record of 1 MiB, of which the aggregate's partition key is one byte. */
const largestAggregateBytes = serviceLimits.defaultMaxRecordBytes - 1;

/** What the options leave of sizes once the service's limits and the bound on memory are applied. */
export interface SizeLimits {
  /** Size at which an aggregate is sealed while its lane can send. */
  readonly aggregateBytes: number;
  /** What an aggregate may grow to. */
  readonly maxAggregateBytes: number;
  readonly maxRequestBytes: number;
}

/** A body and what moves into it are held together for a moment: that may not be more than an eighth of the bound (P2). */
export function sizeLimits(
  options: Pick<
    ResolvedProducerOptions,
    'aggregateBytes' | 'maxAggregateBytes' | 'maxRequestBytes' | 'maxOutstandingBytes'
  >,
): SizeLimits {
  const { aggregateBytes, maxAggregateBytes, maxRequestBytes, maxOutstandingBytes } = options;
  const largestMoveBytes = maxOutstandingBytes / 8;
  return {
    aggregateBytes: Math.min(aggregateBytes, largestAggregateBytes, largestMoveBytes),
    maxAggregateBytes: Math.min(maxAggregateBytes, largestAggregateBytes, largestMoveBytes),
    maxRequestBytes: Math.min(maxRequestBytes, largestMoveBytes),
  };
}
