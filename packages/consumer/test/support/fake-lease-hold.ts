import type { Checkpoint } from '../../src/checkpoint.js';
import { LeaseLostError } from '../../src/errors.js';
import type { ReleaseReason } from '../../src/events.js';
import type { Lease, PendingCheckpoint } from '../../src/lease.js';
import type { LeaseHold } from '../../src/lease-hold.js';

/** A lease in nobody's store: keeps what is written, and does with a write what the test says. */
export class FakeLeaseHold implements LeaseHold {
  readonly shardId = 'shardId-000000000000';
  /** Every checkpoint that took effect, in order. */
  readonly written: Checkpoint[] = [];
  lost: ReleaseReason | undefined;
  lease: Lease;
  /** Writes under way at once, at most. */
  mostAtOnce = 0;
  /** Awaited before a write takes effect; a rejection is the write's. */
  before: () => Promise<void> = async () => undefined;
  /** Awaited once a write has taken effect; a rejection is the write's: its answer is lost. */
  after: () => Promise<void> = async () => undefined;
  readonly #lost = new AbortController();
  #atOnce = 0;

  constructor(checkpoint: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 }) {
    this.lease = {
      leaseKey: this.shardId,
      checkpoint,
      parentShardIds: [],
      childShardIds: [],
      leaseOwner: 'worker',
      checkpointOwner: undefined,
      leaseCounter: 1,
      ownerSwitchesSinceCheckpoint: 0,
      pendingCheckpoint: undefined,
      hashKeyRange: undefined,
      throughputKBps: undefined,
    };
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  lose(reason: ReleaseReason): void {
    this.lost = reason;
    this.#lost.abort();
  }

  checkpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#write(() => {
      this.lease = { ...this.lease, checkpoint, pendingCheckpoint: undefined };
      this.written.push(checkpoint);
    });
  }

  prepareCheckpoint(pendingCheckpoint: PendingCheckpoint): Promise<void> {
    return this.#write(() => {
      this.lease = { ...this.lease, pendingCheckpoint };
    });
  }

  async #write(effect: () => void): Promise<void> {
    if (this.lost !== undefined) throw new LeaseLostError(this.shardId, this.lost);
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      await this.before();
      effect();
      await this.after();
    } finally {
      this.#atOnce -= 1;
    }
  }
}
