import { HashRange, hashKeyOf } from '@shardline/aggregation';
import { type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import type { Entry } from './entry.js';
import type { RetryError } from './events.js';
import type { Lane } from './lane.js';
import { hashOf } from './open-aggregate.js';
import { isLower } from './sequence-number.js';
import type { Landing } from './settled-entry.js';
import type { ShardRange } from './shard-map.js';
import type { ShardMapFailure } from './shard-map-failures.js';

/** What becomes of an aggregate that landed on another shard than predicted (P4). */
export type LandingVerdict =
  /** Every member belongs to the shard it landed on: readers with KCL's rule deliver them. */
  | 'acknowledge'
  /** Some member does not: readers drop the aggregate, so every member is put again, placed by the newer map. */
  | 'put-again'
  /** As before, but nothing better is known of where they belong: each goes alone and is taken wherever it lands. */
  | 'put-again-alone';

/** What is known when the verdict is given. */
export interface LandingFacts {
  /** Where it landed. */
  readonly landing: Landing;
  /** What a listing shows under the id of that shard; undefined when none did in time. */
  readonly landed: ShardRange | undefined;
  /** Whether a map fetched after the answer still shows the predicted shard as open. */
  readonly predictedStillOpen: boolean;
  /** Why no listing did, as far as is known. */
  readonly failure?: ShardMapFailure | undefined;
}

/** What was wrong with the attempt of an aggregate that is put again. */
export function notAcknowledged({ landing, landed, failure }: LandingFacts): RetryError {
  const { shardId } = landing;
  if (landed) {
    const message = `Stored in ${shardId}, which is not the shard of every user record in it.`;
    return { name: 'WrongShard', message };
  }
  const why = failure ? `: ${failure.call} failed with ${failure.reason} (${failure.message})` : '';
  return { name: 'UnknownShard', message: `Stored in ${shardId}, which no listing showed in time${why}.` };
}

/** Judges an aggregate as a whole: all or nothing. */
export function judgeLanding(entry: Entry, facts: LandingFacts): LandingVerdict {
  const { landing, landed, predictedStillOpen } = facts;
  if (landed && !isYounger(landed, landing)) {
    const range = new HashRange(landed);
    if (entry.records().every((record) => range.contains(hashOf(record)))) return 'acknowledge';
  }
  return landed && !predictedStillOpen ? 'put-again' : 'put-again-alone';
}

/**
 * {@link judgeLanding}, and why it could not be judged: where there is no memory to read its members it goes again. What it is not
 * seen to be is not acknowledged.
 */
export function verdictOn(
  entry: Entry,
  facts: LandingFacts,
): { readonly verdict: LandingVerdict; readonly error?: ServiceFault } {
  try {
    return { verdict: judgeLanding(entry, facts) };
  } catch (error) {
    return { verdict: 'put-again', error: serviceFaultOf(error) };
  }
}

/** Whether the newer map, for which the lane closed while the request was on its way, has another shard under the name of the lane's. */
export function isNamesake({ successors }: Lane, entry: Entry, { shardId }: Landing): boolean {
  if (!successors || !entry.aggregated) return false;
  return successors.laneFor(hashKeyOf(entry.partitionKey, entry.explicitHashKey)).shardId === shardId;
}

/** Whether it was made after the answer: the stream was made anew since then, and this is another shard under the same id. */
function isYounger({ startingSequenceNumber }: ShardRange, { sequenceNumber }: Landing): boolean {
  return startingSequenceNumber !== undefined && isLower(sequenceNumber, startingSequenceNumber);
}
