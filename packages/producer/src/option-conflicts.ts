import { InvalidOptionError } from '@shardline/core';
import { refuseOtherRegion } from '@shardline/core/internal';

/** Options that bear on one another, each right by itself. */
export interface RelatedOptions {
  readonly stream: string;
  readonly client?: object | undefined;
  readonly connection?: object | undefined;
  readonly clientConfig?: { readonly region?: unknown } | undefined;
  readonly aggregateBytes: number;
  readonly maxAggregateBytes: number;
  readonly lingerMs: number;
  readonly recordTtlMs: number;
}

/** Throws {@link InvalidOptionError} where options of a producer contradict one another. */
export function refuseConflicts(resolved: RelatedOptions): void {
  const [first, second] = (['client', 'connection', 'clientConfig'] as const).filter((way) => resolved[way]);
  if (first !== undefined && second !== undefined) {
    throw new InvalidOptionError({
      owner: 'Producer',
      option: first,
      received: resolved[first],
      expected: `absent where ${second} is given`,
    });
  }
  refuseOtherRegion('Producer', resolved.stream, resolved.clientConfig?.region, 'clientConfig');
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
