import type { Random } from '@shardline/core';
import type { GainReason } from './events.js';
import { effectiveOwner, inHandoff, isFinished, type Lease } from './lease.js';

/** How long a lease that may be taken lies there before it is taken beyond the fair share, in milliseconds: some looks of the others. */
export const leftLyingMs = 3_000;

/** What a worker sees when it decides which leases to take. */
export interface TakeView {
  readonly workerId: string;
  /** Every lease of the application. */
  readonly leases: readonly Lease[];
  /** Keys of the leases that this worker holds. */
  readonly held: ReadonlySet<string>;
  /** Keys of the leases that this worker has asked others for. */
  readonly asked: ReadonlySet<string>;
  /** Keys of leases that this worker tried to take last time and did not get. */
  readonly fruitless: ReadonlySet<string>;
  /** How long a lease has stood as it is, in milliseconds: its owner gives no sign of life. */
  readonly unchangedMs: (lease: Lease) => number;
  readonly failoverMs: number;
  /** Whether a lease may be processed now (C3). */
  readonly mayStart: (lease: Lease) => boolean;
  readonly random: Random;
}

/** A lease to take, and why this worker may. */
export interface PlannedTake {
  readonly lease: Lease;
  readonly reason: GainReason;
}

/** What to do after a look at all leases. */
export interface TakePlan {
  readonly takes: readonly PlannedTake[];
  /** Leases to ask their owners for: they have at least two more than this worker. */
  readonly handoffs: readonly Lease[];
}

/**
 * Which leases this worker takes, and which it asks others for. Free and expired ones are taken at once, up to a fair share of all
 * leases among the workers that live; what others have too much of is asked for by hand-off, never stolen, so that no two
 * workers process a shard (C2). Finished shards count for nobody, nor do leases that cannot be read.
 */
export function planTakes(view: TakeView): TakePlan {
  const active = view.leases.filter((lease) => !isFinished(lease) && lease.unreadable === undefined);
  const counts = countByOwner(active, view);
  const fairShare = Math.ceil(active.length / counts.size);
  const available = shuffled(active, view.random).flatMap((lease) => {
    const reason = takeReason(lease, view);
    return reason !== undefined && view.mayStart(lease) ? [{ lease, reason }] : [];
  });
  const mine = counts.get(view.workerId) ?? 0;
  const owed = available.filter(({ lease }) => lease.leaseOwner === view.workerId);
  const others = available.filter(({ lease }) => lease.leaseOwner !== view.workerId);
  const share = Math.max(fairShare - mine, 0);
  const left = others.slice(share).filter((take) => isLeftLying(take, view));
  const takes = [...owed, ...others.slice(0, share), ...left];
  const hopeful = takes.some(({ lease }) => !view.fruitless.has(lease.leaseKey));
  return { takes, handoffs: hopeful ? [] : planHandoffs(active, counts, view) };
}

/**
 * What others leave lying is taken beyond the share: they may be draining, or not get at it. Hand-offs even out later; shards that
 * nobody reads cost more.
 */
function isLeftLying({ lease, reason }: PlannedTake, view: TakeView): boolean {
  const sinceMs = reason === 'free' ? 0 : view.failoverMs;
  return view.unchangedMs(lease) >= sinceMs + leftLyingMs;
}

/** Leases of each worker that lives, by who has them when all hand-offs are done; this worker is always among them. */
function countByOwner(active: readonly Lease[], view: TakeView): Map<string, number> {
  const counts = new Map([[view.workerId, 0]]);
  for (const lease of active) {
    const { leaseOwner } = lease;
    if (leaseOwner === undefined || (leaseOwner !== view.workerId && isExpired(lease, view))) continue;
    counts.set(leaseOwner, (counts.get(leaseOwner) ?? 0) + 1);
  }
  return counts;
}

function takeReason(lease: Lease, view: TakeView): GainReason | undefined {
  if (view.held.has(lease.leaseKey)) return undefined;
  if (effectiveOwner(lease) === undefined) return 'free';
  if (inHandoff(lease)) return handoffReason(lease, view);
  if (lease.leaseOwner === view.workerId) return view.asked.has(lease.leaseKey) ? 'handed-over' : 'own';
  return isExpired(lease, view) ? 'expired' : undefined;
}

/**
 * When the worker that gives a lease away falls silent, the one that gets it completes the hand-off (N4); others step in when that
 * one is silent too, after as long again.
 */
function handoffReason(lease: Lease, view: TakeView): GainReason | undefined {
  if (lease.checkpointOwner === view.workerId) return 'own';
  const patience = lease.leaseOwner === view.workerId ? 1 : 2;
  return view.unchangedMs(lease) >= patience * view.failoverMs ? 'expired' : undefined;
}

function isExpired(lease: Lease, view: TakeView): boolean {
  return view.unchangedMs(lease) >= view.failoverMs;
}

/** Evens out, one lease after another, until no worker has two more than this one. */
function planHandoffs(active: readonly Lease[], counts: Map<string, number>, view: TakeView): Lease[] {
  const asked: Lease[] = [];
  const left = new Map(counts);
  for (;;) {
    const mine = left.get(view.workerId) ?? 0;
    const [richest, most] = [...left].reduce((best, one) => (one[1] > best[1] ? one : best));
    if (richest === view.workerId || most - mine < 2) return asked;
    const candidates = active.filter((lease) => isMovable(lease, richest, view) && !asked.includes(lease));
    const lease = candidates[Math.floor(view.random.next() * candidates.length)];
    if (lease === undefined) {
      left.delete(richest);
      continue;
    }
    asked.push(lease);
    left.set(richest, most - 1);
    left.set(view.workerId, mine + 1);
  }
}

function isMovable(lease: Lease, owner: string, view: TakeView): boolean {
  return lease.leaseOwner === owner && lease.checkpointOwner === undefined && !isExpired(lease, view);
}

/** Several workers that look at once should not all begin with the same lease. */
function shuffled(leases: readonly Lease[], random: Random): Lease[] {
  return leases
    .map((lease) => ({ lease, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ lease }) => lease);
}
