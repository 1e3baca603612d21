import { ResourceTags } from './resource-tags.js';
import type { Tank } from './tank.js';

/** The status of a registered consumer, in the API's words. */
export type StreamConsumerStatus = 'CREATING' | 'ACTIVE' | 'DELETING';

/** What a consumer is made from. */
export interface StreamConsumerFacts {
  readonly name: string;
  readonly streamArn: string;
  readonly createdAtMs: number;
  /** When it is ACTIVE. */
  readonly activeAtMs: number;
}

/** A subscription as its consumer sees it. */
export interface RunningSubscription {
  readonly startedAtMs: number;
  /** Whether it has ended. */
  readonly isOver: boolean;
  /** Another subscription takes its place. */
  takeOver(): void;
  /** Its consumer or its stream is gone. */
  abandon(): void;
}

/**
 * A registered consumer of one stream.
 *
 * ```
 * (none) ── RegisterStreamConsumer ──> CREATING ── time ──> ACTIVE ── DeregisterStreamConsumer ──> DELETING ── time ──> (gone)
 * ```
 */
export class StreamConsumer {
  readonly name: string;
  readonly streamArn: string;
  /** With its creation time in seconds: a consumer of the same name that is registered anew has another ARN. */
  readonly arn: string;
  readonly createdAtMs: number;
  readonly tags = new ResourceTags();
  /** Its resource policy, as it was put. */
  policy: string | undefined;
  /** By shard id: the latest subscription on each shard, over or not. */
  readonly subscriptions = new Map<string, RunningSubscription>();
  /** By shard id: the calls that began a subscription or tried to. */
  readonly subscribeCalls = new Map<string, Tank>();
  readonly #activeAtMs: number;
  #goneAtMs = Number.POSITIVE_INFINITY;

  constructor(facts: StreamConsumerFacts) {
    this.name = facts.name;
    this.streamArn = facts.streamArn;
    this.createdAtMs = facts.createdAtMs;
    this.arn = `${facts.streamArn}/consumer/${facts.name}:${Math.floor(facts.createdAtMs / 1000)}`;
    this.#activeAtMs = facts.activeAtMs;
  }

  statusAt(now: number): StreamConsumerStatus {
    if (this.#goneAtMs !== Number.POSITIVE_INFINITY) return 'DELETING';
    return now < this.#activeAtMs ? 'CREATING' : 'ACTIVE';
  }

  /** Ends its subscriptions; it is listed as DELETING until `goneAtMs`. */
  deregister(goneAtMs: number): void {
    this.#goneAtMs = goneAtMs;
    for (const subscription of this.subscriptions.values()) subscription.abandon();
  }

  /** Drops what it keeps of other shards than these. What still runs on one stays, to be abandoned with the consumer. */
  keepShards(isThere: (shardId: string) => boolean): void {
    for (const [shardId, { isOver }] of this.subscriptions) {
      if (isOver && !isThere(shardId)) this.subscriptions.delete(shardId);
    }
    for (const shardId of this.subscribeCalls.keys()) {
      if (!isThere(shardId)) this.subscribeCalls.delete(shardId);
    }
  }

  isGone(now: number): boolean {
    return now >= this.#goneAtMs;
  }
}
