import type { Account } from './account.js';
import type { StructureShape } from './input-shape.js';
import type { Stream } from './stream.js';

/** A record or a call that is refused on purpose. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What faults may change inside an operation. Without faults none of these does anything. */
export interface OperationFaults {
  /** Asked for every record before it is stored, and once for a read: a refusal, if a fault wants one. */
  refusal(access: 'write' | 'read', stream: Stream, shardId: string): Refusal | 'throttled' | undefined;
  /** By how much a listing of shards is out of date, in milliseconds. */
  listingAgeMs(stream: Stream): number;
  /** The order in which `count` records of a put are judged and stored, as indexes; their own order when absent. */
  recordOrder(stream: Stream, count: number): readonly number[] | undefined;
}

/** What an operation works on: the account's state, the time of the call and its faults. */
export interface OperationContext {
  readonly account: Account;
  /** Milliseconds since 1970 on the service's own clock, which never falls. */
  readonly now: number;
  readonly faults: OperationFaults;
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
