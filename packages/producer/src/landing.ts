import type { Entry } from './entry.js';
import { hashOf } from './open-aggregate.js';
import { isLower } from './sequence-number.js';
import type { Landing } from './settled-entry.js';
import { ShardMap, type ShardRange } from './shard-map.js';

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
}

/** Judges an aggregate as a whole: all or nothing. */
export function judgeLanding(entry: Entry, facts: LandingFacts): LandingVerdict {
  const { landing, landed, predictedStillOpen } = facts;
  if (landed && !isYounger(landed, landing)) {
    const onlyLanded = new ShardMap([landed]);
    if (entry.records().every((record) => onlyLanded.shardFor(hashOf(record)) !== undefined))
      return 'acknowledge';
  }
  return landed && !predictedStillOpen ? 'put-again' : 'put-again-alone';
}

/** Whether it was made after the answer: the stream was made anew since then, and this is another shard under the same id. */
function isYounger({ startingSequenceNumber }: ShardRange, { sequenceNumber }: Landing): boolean {
  return startingSequenceNumber !== undefined && isLower(sequenceNumber, startingSequenceNumber);
}
