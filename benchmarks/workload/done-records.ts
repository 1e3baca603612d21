import { type PageSpec, perPage, perStored, placeAt } from './page-spec.js';

/** A checkpoint as a lease store keeps it. */
interface Place {
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

/** User records of a shard up to and including a checkpoint; 0 for TRIM_HORIZON. */
export function doneRecords({ sequenceNumber, subSequenceNumber }: Place, spec: PageSpec): number {
  if (sequenceNumber === 'TRIM_HORIZON') return 0;
  const { page, index } = placeAt(sequenceNumber);
  return page * perPage(spec) + index * perStored(spec) + subSequenceNumber + 1;
}
