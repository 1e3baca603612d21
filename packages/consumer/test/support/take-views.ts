import { seededRandom } from '@shardline/core/internal';
import { shardEnd } from '../../src/checkpoint.js';
import type { Lease } from '../../src/lease.js';
import type { TakePlan, TakeView } from '../../src/plan-takes.js';
import { at, leaseOf, ShardTree, shardId } from './shard-tree.js';

export const failoverMs = 10_000;

/** How a lease stands, seen by worker `me`. */
export interface LeaseState {
  readonly owner?: string | undefined;
  /** Who hands it off to `owner`. */
  readonly from?: string | undefined;
  /** Shows no change for so long, in milliseconds. */
  readonly silentMs?: number;
  readonly finished?: boolean;
  /** Whether its parents are not at their ends yet. */
  readonly early?: boolean;
  readonly held?: boolean;
  readonly asked?: boolean;
}

/** What worker `me` sees of leases, in the order of their numbers. */
export function viewOf(states: readonly LeaseState[], changes: Partial<TakeView> = {}): TakeView {
  const shards = new ShardTree(Math.max(states.length, 1)).list();
  const leases = states.map(({ owner, from, finished }, index) =>
    leaseOf(shards[index] as (typeof shards)[0], {
      leaseOwner: owner,
      checkpointOwner: from,
      checkpoint: finished ? shardEnd : at('TRIM_HORIZON'),
    }),
  );
  const stateOf = (lease: Lease) => states[indexOf(lease)] ?? {};
  const keysOf = (which: (state: LeaseState) => boolean | undefined) =>
    new Set(states.flatMap((state, index) => (which(state) ? [shardId(index)] : [])));
  return {
    workerId: 'me',
    leases,
    held: keysOf(({ held }) => held),
    asked: keysOf(({ asked }) => asked),
    fruitless: new Set(),
    unchangedMs: (lease) => stateOf(lease).silentMs ?? 0,
    failoverMs,
    mayStart: (lease) => !stateOf(lease).early,
    random: seededRandom(1),
    ...changes,
  };
}

export function indexOf(lease: Lease): number {
  return Number(lease.leaseKey.slice(-12));
}

/** A plan in numbers: what is taken and why, what is asked for. */
export function inShort({ takes, handoffs }: TakePlan) {
  const byNumber = (a: string, b: string) => Number.parseInt(a, 10) - Number.parseInt(b, 10);
  return {
    takes: takes.map(({ lease, reason }) => `${indexOf(lease)} ${reason}`).sort(byNumber),
    asks: handoffs.map(indexOf).sort((a, b) => a - b),
  };
}
