import type { ShardlineError } from '@shardline/core';
import type { RecordFailedError } from './errors.js';
import type { Outcome, PutResult } from './outcomes.js';

/** The end of an entry, as far as a sink looks. */
export interface Settled {
  /** Whether its records are stored; otherwise all have failed. */
  readonly stored: boolean;
  /** The outcome of the record at `position` of the entry. */
  at(position: number): Outcome;
  /** Hands the outcome of one record to the callbacks of a promise. */
  deliver(
    position: number,
    resolve: (result: PutResult) => void,
    reject: (error: RecordFailedError) => void,
  ): void;
  /** Somebody keeps it until others of his records are settled too. Returns the bytes that are held with that: none if it was kept before. */
  keep(): number;
  /** He keeps it no longer. Returns the bytes that are not held any more: none if it is kept all the same. */
  letGo(): number;
}

/** Whoever waits for the outcome of a record: a promise, or a whole batch. */
export interface Sink {
  /** What it holds for each record until that is settled, in bytes: charged with the record (P2). Below zero: it counts some of that itself. */
  readonly recordOverheadBytes: number;
  /** Told once, when the entry that holds the record is settled. `tag` is what the sink gave, `position` the place in the entry. */
  settle(tag: number, settled: Settled, position: number): void;
}

/** A sink of records that may not be accepted. */
export interface RefusableSink extends Sink {
  /** The record with tag `tag` was not accepted. */
  refuse(tag: number, error: ShardlineError): void;
}
