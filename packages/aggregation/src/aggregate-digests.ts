import { aggregateFormat, beginsWithMagic } from './aggregate-format.js';
import type { FourLanes } from './hot/four-lanes.js';
import { messageDigestMatches, writeMessageDigest } from './message-digest.js';
import { sharedLanes } from './shared-md5.js';

const { magicBytes, digestBytes, overheadBytes } = aggregateFormat;

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
  const digests = lanes.digests(aggregates.map(messageOf));
  aggregates.forEach((aggregate, index) => {
    const digest = digests.subarray(index * digestBytes, (index + 1) * digestBytes);
    aggregate.set(digest, aggregate.length - digestBytes);
  });
}

/** Whether each begins with an aggregate's magic and ends in the digest of what stands between. */
export function areSealed(data: readonly Uint8Array[]): readonly boolean[] {
  const aggregates = data.filter((bytes) => bytes.length > overheadBytes && beginsWithMagic(bytes));
  const sealed = new Set(sealedAmong(aggregates.length > 1 ? sharedLanes() : undefined, aggregates));
  return data.map((bytes) => sealed.has(bytes));
}

/** Those that end in their digest. */
export function sealedAmong(
  lanes: FourLanes | undefined,
  aggregates: readonly Uint8Array[],
): readonly Uint8Array[] {
  if (lanes === undefined)
    return aggregates.filter((bytes) => messageDigestMatches(bytes, magicBytes, bytes.length - digestBytes));
  const digests = lanes.digests(aggregates.map(messageOf));
  return aggregates.filter((bytes, index) => {
    const digest = digests.subarray(index * digestBytes, (index + 1) * digestBytes);
    return digest.every((byte, at) => byte === bytes[bytes.length - digestBytes + at]);
  });
}

function messageOf(aggregate: Uint8Array): Uint8Array {
  return aggregate.subarray(magicBytes, -digestBytes);
}
