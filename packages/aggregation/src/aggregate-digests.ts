import { aggregateFormat } from './aggregate-format.js';
import type { FourLanes } from './hot/four-lanes.js';
import { writeMessageDigest } from './message-digest.js';
import { sharedLanes } from './shared-md5.js';

const { magicBytes, digestBytes } = aggregateFormat;

/**
 * Writes the digests of aggregates that were sealed without: `sealWithoutDigest` and `sealInto` of {@link AggregateEncoder}. Four of
 * them take hardly longer than one.
 *
 * @param aggregates - Each whole, from its magic to the 16 bytes that the digest goes to; views of larger memory as well.
 */
export function writeAggregateDigests(aggregates: readonly Uint8Array[]): void {
  writeDigestsIn(aggregates.length > 1 ? sharedLanes() : undefined, aggregates);
}

/** {@link writeAggregateDigests} in these lanes, or each by itself where there are none. */
export function writeDigestsIn(lanes: FourLanes | undefined, aggregates: readonly Uint8Array[]): void {
  if (lanes === undefined) {
    for (const aggregate of aggregates) {
      const messageEnd = aggregate.length - digestBytes;
      writeMessageDigest(aggregate, magicBytes, messageEnd, aggregate, messageEnd);
    }
    return;
  }
  const digests = lanes.digests(aggregates.map((aggregate) => aggregate.subarray(magicBytes, -digestBytes)));
  aggregates.forEach((aggregate, index) => {
    const digest = digests.subarray(index * digestBytes, (index + 1) * digestBytes);
    aggregate.set(digest, aggregate.length - digestBytes);
  });
}
