import type { Clock } from '@shardline/core';
import { callWithin } from '@shardline/core/internal';
import type { Checkpoint } from './checkpoint.js';
import { LeaseLostError } from './errors.js';
import type { ReleaseReason } from './events.js';
import { effectiveOwner, inHandoff, type Lease, type PendingCheckpoint, standsAs } from './lease.js';
import type { LeaseHold } from './lease-hold.js';
import type { LeaseStore, LeaseWrite } from './lease-store.js';
import { elapsedMs, fenceMs, type Moment, momentOf } from './lifetime.js';

/** What a {@link HeldLease} is built from. */
export interface HeldLeaseParts {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly workerId: string;
  readonly failoverMs: number;
  /** Longest wait for the store, in milliseconds. */
  readonly callTimeoutMs: number;
  /** The lease as the take was answered. */
  readonly lease: Lease;
  /** When the take was sent. */
  readonly takenAt: Moment;
}

/**
 * One lease that this worker has, and all writes to it, one at a time (N5).
 *
 * ```
 * held ──another worker asks for it──▶ handing off ──transfer──▶ lost: hand-off
 *  │                                        │
 *  ├──release──▶ lost: stop, shard-end …    │
 *  └──────────taken, deleted, or not renewed in time (C2)──────▶ lost: taken, deleted, fenced
 * ```
 * Every write raises the counter, so a refusal tells what happened. A lease that is still this worker's with the counter one
 * up shows an own write whose answer was lost: whoever else writes changes the owner, and to give the lease back takes a
 * second write. Such a write is taken over and the new one tried again.
 */
export class HeldLease implements LeaseHold {
  readonly shardId: string;
  readonly #parts: HeldLeaseParts;
  readonly #lost = new AbortController();
  readonly #handoff = new AbortController();
  #lease: Lease;
  #aliveAt: Moment;
  #lostReason: ReleaseReason | undefined;
  /** The reason of a last write that has not been answered yet. */
  #leaving: ReleaseReason | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #fence: { cancel(): void } | undefined;

  constructor(parts: HeldLeaseParts) {
    this.#parts = parts;
    this.#lease = parts.lease;
    this.#aliveAt = parts.takenAt;
    this.shardId = parts.lease.leaseKey;
    this.#armFence();
  }

  get lease(): Lease {
    return this.#lease;
  }

  get lost(): ReleaseReason | undefined {
    if (this.#lostReason === undefined && this.#leftMs() <= 0) this.lose('fenced');
    return this.#lostReason;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Fires when another worker asks for the lease. */
  get handoffAsked(): AbortSignal {
    return this.#handoff.signal;
  }

  /** Tells the store that this worker lives. Rejects as the store does; the lease stays held until its time is over. */
  async renew(throughputKBps: number | undefined): Promise<void> {
    await this.#write((lease, signal) => this.#parts.store.renew(lease, throughputKBps, signal));
  }

  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    await this.#write((lease, signal) => this.#parts.store.checkpoint(lease, checkpoint, signal));
  }

  async prepareCheckpoint(pending: PendingCheckpoint): Promise<void> {
    await this.#write((lease, signal) => this.#parts.store.prepareCheckpoint(lease, pending, signal));
  }

  /**
   * Gives the lease up: to the worker that asked for it, else to nobody, so that the next one takes it at once. From this call
   * on it counts as lost. Rejects as the store does; then it may be tried again, or left to expire.
   */
  async release(reason: ReleaseReason): Promise<void> {
    await this.#write((lease, signal) => this.#giveUp(lease, reason, signal), reason);
  }

  /** Deletes the lease of a shard that is no more. */
  async delete(reason: ReleaseReason): Promise<void> {
    const { store } = this.#parts;
    await this.#write(async (lease, signal) => {
      const outcome = await store.delete(lease, signal);
      if (outcome !== 'changed') return { written: true, lease };
      return { written: false, lease: await store.get(lease.leaseKey, signal) };
    }, reason);
  }

  /** Looks at the lease as a listing has it, which may tell of a hand-off, or that it is lost, before the next write does. */
  observe(listed: Lease): void {
    if (this.#lostReason !== undefined || listed.leaseCounter < this.#lease.leaseCounter) return;
    if (effectiveOwner(listed) === this.#parts.workerId) {
      if (inHandoff(listed) && listed.leaseCounter === this.#lease.leaseCounter) this.#noticeHandoff(listed);
    } else if (listed.leaseCounter > this.#lease.leaseCounter) {
      this.lose('taken');
    }
  }

  /** No further write or record under this lease. */
  lose(reason: ReleaseReason): void {
    if (this.#lostReason !== undefined) return;
    this.#lostReason = reason;
    this.#fence?.cancel();
    this.#lost.abort(new LeaseLostError(this.shardId, reason));
  }

  #giveUp(lease: Lease, reason: ReleaseReason, signal: AbortSignal): Promise<LeaseWrite> {
    const { store, workerId } = this.#parts;
    if (reason === 'hand-off' && lease.leaseOwner !== undefined && lease.leaseOwner !== workerId) {
      return store.assign(lease, lease.leaseOwner, signal);
    }
    return store.release(lease, signal);
  }

  /** Queues a write. `last`: the lease ends with it, for this reason. */
  #write(
    call: (lease: Lease, signal: AbortSignal) => Promise<LeaseWrite>,
    last?: ReleaseReason,
  ): Promise<void> {
    const written = this.#queue.then(() => this.#writeNow(call, last));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async #writeNow(
    call: (lease: Lease, signal: AbortSignal) => Promise<LeaseWrite>,
    last: ReleaseReason | undefined,
  ): Promise<void> {
    const leaving = last !== undefined && this.#leaving === last;
    if (this.lost !== undefined && !leaving) throw new LeaseLostError(this.shardId, this.lost);
    if (last !== undefined) {
      this.#leaving = last;
      this.lose(last);
    }
    for (;;) {
      const sentAt = momentOf(this.#parts.clock);
      const known = this.#lease;
      const answer = await this.#call((signal) => call(known, signal));
      if (answer.written) return this.#accept(answer.lease, sentAt, last);
      if (!this.#mayTryAgain(known, answer.lease, last)) return;
    }
  }

  #call(call: (signal: AbortSignal) => Promise<LeaseWrite>): Promise<LeaseWrite> {
    return callWithin(this.#parts.clock, this.#parts.callTimeoutMs, call);
  }

  /** An answer counts from when its question was sent (N2); one that comes after the fence is of no use. */
  #accept(lease: Lease, sentAt: Moment, last: ReleaseReason | undefined): void {
    this.#lease = lease;
    this.#aliveAt = sentAt;
    if (last !== undefined) {
      this.#leaving = undefined;
      return;
    }
    if (this.lost !== undefined) throw new LeaseLostError(this.shardId, this.lost);
    // A checkpoint passes although a hand-off has begun.
    if (inHandoff(lease)) this.#noticeHandoff(lease);
    this.#armFence();
  }

  /** What a refusal means: try again with what is there, or the lease is lost. False: the last write had been done before. */
  #mayTryAgain(known: Lease, current: Lease | undefined, last: ReleaseReason | undefined): boolean {
    // The counter may be that of a new life of the lease with this same worker.
    if (last === undefined && this.lost !== undefined) throw new LeaseLostError(this.shardId, this.lost);
    const mine = current !== undefined && effectiveOwner(current) === this.#parts.workerId;
    if (mine && current.leaseCounter <= known.leaseCounter + 1 && !standsAs(current, known)) {
      this.#lease = current;
      if (inHandoff(current)) this.#noticeHandoff(current);
      return true;
    }
    if (last !== undefined) {
      this.#leaving = undefined;
      return false;
    }
    this.lose(current === undefined ? 'deleted' : 'taken');
    throw new LeaseLostError(this.shardId, this.#lostReason ?? 'taken');
  }

  #noticeHandoff(current: Lease): void {
    this.#lease = current;
    this.#handoff.abort();
  }

  #leftMs(): number {
    return fenceMs(this.#parts.failoverMs) - elapsedMs(this.#aliveAt, this.#parts.clock);
  }

  #armFence(): void {
    this.#fence?.cancel();
    const wait = Math.max(this.#leftMs(), 0);
    this.#fence = this.#parts.clock.schedule(wait, () => this.#atFence(), { keepAlive: false });
  }

  #atFence(): void {
    if (this.lost === undefined) this.#armFence();
  }
}
