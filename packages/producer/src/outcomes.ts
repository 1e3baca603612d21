import type { ShardlineError } from '@shardline/core';
import type { Attempt } from './attempt.js';

/** Where a user record is stored, and what it took. KPL: UserRecordResult. */
export interface PutResult {
  /** The shard that took it. */
  readonly shardId: string;
  /** Sequence number of the Kinesis record that holds it; all user records of one aggregate share it. */
  readonly sequenceNumber: string;
  /** Place inside the aggregate, from 0; 0 for a record that was sent alone. What consumers call sub-sequence number. */
  readonly subSequenceNumber: number;
  /** All attempts, oldest first; of more than six the first two and the newest four (P2). Frozen. */
  readonly attempts: readonly Attempt[];
  /** How many attempts are left out between the second and the third of `attempts`; absent where they are all there. */
  readonly attemptsLeftOut?: number;
  /** There if the signal of the put fired when the record could not be withdrawn any more: it was in an aggregate, or had been sent. */
  readonly abortedTooLate?: true;
}

/** What became of one user record. */
export type Outcome =
  | {
      /** Place in the array given to `putMany`, or in the Kinesis record. */
      readonly index: number;
      readonly stored: true;
      readonly result: PutResult;
    }
  | {
      /** Place in the array given to `putMany`, or in the Kinesis record. */
      readonly index: number;
      readonly stored: false;
      readonly error: ShardlineError;
    };

/** What became of several user records. Outcomes are made when asked for: a caller who looks at none pays for none. */
export interface Outcomes extends Iterable<Outcome> {
  /** How many user records. */
  readonly length: number;
  /** The outcome at `index`. */
  at(index: number): Outcome;
  /** Only the records that were not stored. */
  failures(): Iterable<Extract<Outcome, { stored: false }>>;
}
