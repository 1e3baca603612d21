import type { Timer } from '@shardline/core';
import type { Account } from './account.js';
import type { SubscriptionCut } from './fault.js';
import type { StructureShape } from './input-shape.js';
import type { Stream } from './stream.js';

/** A record or a call that is refused on purpose. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What goes wrong with one subscription. */
export interface SubscriptionFaults {
  /** How long the next event waits, in milliseconds; asked for once an event. */
  delayMs(): number;
  /** What ends it, and after how many events. */
  readonly end: SubscriptionFaultEnd | undefined;
}

/** How a fault ends a subscription: it falls silent, it fails with an error in its stream, or its connection is cut. */
export interface SubscriptionFaultEnd {
  readonly afterEvents: number;
  readonly what: 'stall' | { readonly refusal: Refusal } | { readonly cut: SubscriptionCut };
}

/** What faults may change inside an operation. Without faults none of these does anything. */
export interface OperationFaults {
  /** Asked for every record before it is stored, and once for a read: a refusal, if a fault wants one. */
  refusal(access: 'write' | 'read', stream: Stream, shardId: string): Refusal | 'throttled' | undefined;
  /** By how much a listing of shards is out of date, in milliseconds. */
  listingAgeMs(stream: Stream): number;
  /** How long an iterator of this shard lives at most that is `ageMs` old now; Infinity unless a fault strikes it. */
  iteratorLifeMs(stream: Stream, shardId: string, ageMs: number): number;
  /** What goes wrong with a subscription that begins now. */
  subscription(stream: Stream, shardId: string, consumerName: string): SubscriptionFaults;
  /** The order in which `count` records of a put are judged and stored, as indexes; their own order when absent. */
  recordOrder(stream: Stream, count: number): readonly number[] | undefined;
}

/** What an operation works on: the account's state, the time of the call and its faults. */
export interface OperationContext {
  readonly account: Account;
  /** Milliseconds since 1970 on the service's own clock, which never falls. */
  readonly now: number;
  readonly faults: OperationFaults;
  /** For what goes on after the call was answered. */
  readonly clock: ServiceClock;
  /** The subscriptions that are not over. */
  readonly subscriptions: Set<DroppableSubscription>;
}

/** The service's clock. */
export interface ServiceClock {
  now(): number;
  schedule(delayMs: number, run: () => void): Timer;
}

/** A subscription as the service sees it that closes. */
export interface DroppableSubscription {
  /** The connection is dropped. */
  drop(): void;
}

/** One operation of the API: what it accepts, and its effect and answer, given the state and the time. */
export interface Operation {
  readonly shape: StructureShape;
  readonly run: (context: OperationContext, input: Record<string, unknown>) => object;
}

/** An operation whose checked input has the type `Input` (the SDK's type for it). */
export function operation<Input>(
  shape: StructureShape,
  run: (context: OperationContext, input: Input) => object,
): Operation {
  return { shape, run: (context, input) => run(context, input as Input) };
}
