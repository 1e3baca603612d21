import type { Clock, Random } from '@shardline/core';
import { callWithin, delay, fullJitterMs, serviceFaultOf } from '@shardline/core/internal';
import { IncompleteListingError } from './incomplete-listing-error.js';
import type { KinesisReads, ShardFilter } from './kinesis-reads.js';
import { isLastingFault, kinesisCallError } from './read-refusal.js';
import { type FoundProblem, type KnownShard, problemOf, ShardListing } from './shard-listing.js';

/** What a {@link ShardLister} needs from outside. */
export interface ShardListerParts {
  readonly reads: Pick<KinesisReads, 'listShards'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Stream name or ARN, as given: for messages. */
  readonly stream: string;
}

/** A listing that can be relied on. */
export interface Listed {
  readonly listing: ShardListing;
  /** The service's time when it was made; undefined: it has none. */
  readonly serviceTimeMs: number | undefined;
}

/** Longest wait for a listing of many pages. */
const listWithinMs = 10_000;
/** How often an incomplete listing is asked for, and the pause between. */
const completeTries = 3;
const completePauseMs = 1_000;
/** How often a throttled or broken listing is asked for. */
const serviceTries = 8;
const serviceBackoff = Object.freeze({ baseMs: 250, capMs: 5_000 });

/**
 * Lists shards until the answer can be relied on. Rejects with an {@link IncompleteListingError} where three answers could not, with a
 * `KinesisCallError` where the service refuses or eight tries did not pass, and with the signal's reason.
 */
export class ShardLister {
  readonly #parts: ShardListerParts;

  constructor(parts: ShardListerParts) {
    this.#parts = parts;
  }

  /** All shards, as new as `known`: what has been heard of before the call. */
  all(known: readonly KnownShard[], signal: AbortSignal): Promise<Listed> {
    return this.#list({ type: 'all' }, (listing) => problemOf(listing, 'all', known), signal);
  }

  /** The shards that were open at one time. For one before the stream's oldest record the service has holes to show: then those of that. */
  async layer(filter: Exclude<ShardFilter, { type: 'all' }>, signal: AbortSignal): Promise<Listed> {
    const judge = (listing: ShardListing) => problemOf(listing, 'layer', []);
    try {
      return await this.#list(filter, judge, signal);
    } catch (error) {
      if (filter.type !== 'at-timestamp' || !(error instanceof IncompleteListingError)) throw error;
      return this.#list({ type: 'at-trim-horizon' }, judge, signal);
    }
  }

  async #list(
    filter: ShardFilter,
    judge: (listing: ShardListing) => FoundProblem | undefined,
    signal: AbortSignal,
  ): Promise<Listed> {
    const { clock, stream } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      const { shards, serviceTimeMs } = await this.#ask(filter, signal);
      const listing = new ShardListing(shards);
      const problem = judge(listing);
      if (!problem) return { listing, serviceTimeMs };
      if (tries === completeTries) throw new IncompleteListingError(stream, problem.reason, problem.shardId);
      await delay(clock, completePauseMs, signal);
    }
  }

  async #ask(filter: ShardFilter, signal: AbortSignal): ReturnType<KinesisReads['listShards']> {
    const { reads, clock, random, stream } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      try {
        return await callWithin(clock, listWithinMs, (inner) => reads.listShards(filter, inner), signal);
      } catch (error) {
        signal.throwIfAborted();
        const fault = serviceFaultOf(error);
        if (isLastingFault(fault) || tries === serviceTries) {
          throw kinesisCallError(fault, { stream, shardId: undefined, call: 'ListShards' });
        }
        await delay(clock, fullJitterMs(tries, serviceBackoff, random), signal);
      }
    }
  }
}
