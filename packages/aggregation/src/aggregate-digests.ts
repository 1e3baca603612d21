import { aggregateFormat } from './aggregate-format.js';
import { writeMessageDigest } from './message-digest.js';

const { magicBytes, digestBytes } = aggregateFormat;

/**
 * Writes the digests of aggregates that were sealed without: `sealWithoutDigest` and `sealInto` of {@link AggregateEncoder}.
 *
 * @param aggregates - Each whole, from its magic to the 16 bytes that the digest goes to; views of larger memory as well.
 */
export function writeAggregateDigests(aggregates: readonly Uint8Array[]): void {
  for (const aggregate of aggregates) {
    const messageEnd = aggregate.length - digestBytes;
    writeMessageDigest(aggregate, magicBytes, messageEnd, aggregate, messageEnd);
  }
}
