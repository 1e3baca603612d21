import type { Checkpoint } from './checkpoint.js';
import { ConsumerStateError } from './errors.js';
import type { Lease, NewLease, PendingCheckpoint } from './lease.js';
import {
  assigned,
  checkpointed,
  checkpointPrepared,
  created,
  deletion,
  described,
  handoffStarted,
  released,
  renewed,
  taken,
} from './lease-rules.js';
import type { LeaseMetadata, LeaseStore, LeaseStoreOpening, LeaseWrite } from './lease-store.js';

/**
 * Leases and checkpoints in the memory of one process: for tests, examples, and streams that are read from their beginning each
 * time. Consumers of one process share the shards by sharing the object. Everything is gone with the process; for more than one
 * process, or checkpoints that last, use `DynamoDBLeaseStore` of `@shardline/checkpoint-dynamodb`.
 *
 * What it answers is frozen: nothing that a caller does to a lease changes what is stored.
 */
export class InMemoryLeaseStore implements LeaseStore {
  readonly #leases = new Map<string, Lease>();
  #applicationName: string | undefined;

  /**
   * `'created'` the first time, `'existed'` from then on, also after {@link InMemoryLeaseStore.close}. Rejects with
   * `CONSUMER_STATE` for another application: two of them would share out the shards instead of each reading all.
   */
  async open({ applicationName, signal }: LeaseStoreOpening): Promise<'created' | 'existed'> {
    signal?.throwIfAborted();
    if (this.#applicationName === applicationName) return 'existed';
    if (this.#applicationName !== undefined) {
      throw new ConsumerStateError(
        `This InMemoryLeaseStore has the leases of application "${this.#applicationName}"; ` +
          `give application "${applicationName}" one of its own.`,
      );
    }
    this.#applicationName = applicationName;
    return 'created';
  }

  /** All leases, in the order of their keys. */
  async list(signal?: AbortSignal): Promise<readonly Lease[]> {
    signal?.throwIfAborted();
    const leases = [...this.#leases.values()].sort((a, b) => (a.leaseKey < b.leaseKey ? -1 : 1));
    return Object.freeze(leases.map(frozenCopy));
  }

  /** One lease; undefined: there is none. */
  async get(leaseKey: string, signal?: AbortSignal): Promise<Lease | undefined> {
    signal?.throwIfAborted();
    const lease = this.#leases.get(leaseKey);
    return lease && frozenCopy(lease);
  }

  /** As {@link LeaseStore.create} says. */
  async create(lease: NewLease, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => created(current, lease));
  }

  /** As {@link LeaseStore.take} says. */
  async take(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => taken(current, lease, workerId));
  }

  /** As {@link LeaseStore.renew} says. */
  async renew(lease: Lease, throughputKBps?: number, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => renewed(current, lease, throughputKBps));
  }

  /** As {@link LeaseStore.checkpoint} says. */
  async checkpoint(lease: Lease, checkpoint: Checkpoint, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => checkpointed(current, lease, checkpoint));
  }

  /** As {@link LeaseStore.prepareCheckpoint} says. */
  async prepareCheckpoint(
    lease: Lease,
    pending: PendingCheckpoint,
    signal?: AbortSignal,
  ): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => checkpointPrepared(current, lease, pending));
  }

  /** As {@link LeaseStore.startHandoff} says. */
  async startHandoff(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => handoffStarted(current, lease, workerId));
  }

  /** As {@link LeaseStore.assign} says. */
  async assign(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => assigned(current, lease, workerId));
  }

  /** As {@link LeaseStore.release} says. */
  async release(lease: Lease, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(lease.leaseKey, signal, (current) => released(current, lease));
  }

  /** As {@link LeaseStore.updateMetadata} says. */
  async updateMetadata(leaseKey: string, metadata: LeaseMetadata, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#write(leaseKey, signal, (current) => described(current, metadata));
  }

  /** As {@link LeaseStore.delete} says. */
  async delete(lease: Lease, signal?: AbortSignal): Promise<'deleted' | 'missing' | 'changed'> {
    signal?.throwIfAborted();
    const answer = deletion(this.#leases.get(lease.leaseKey), lease);
    if (answer === 'deleted') this.#leases.delete(lease.leaseKey);
    return answer;
  }

  /** Does nothing: other consumers may go on, and a later one finds the checkpoints. */
  async close(): Promise<void> {}

  #write(
    leaseKey: string,
    signal: AbortSignal | undefined,
    rule: (current: Lease | undefined) => LeaseWrite,
  ): LeaseWrite {
    signal?.throwIfAborted();
    const outcome = rule(this.#leases.get(leaseKey));
    if (outcome.written) this.#leases.set(leaseKey, frozenCopy(outcome.lease));
    if (!outcome.lease) return outcome;
    return { written: outcome.written, lease: frozenCopy(outcome.lease) };
  }
}

/** A lease that shares nothing with the given one that could be changed: bytes cannot be frozen, so they are copied. */
function frozenCopy(lease: Lease): Lease {
  const { checkpoint, hashKeyRange, pendingCheckpoint: pending } = lease;
  const state = pending?.state && { state: new Uint8Array(pending.state) };
  return Object.freeze({
    ...lease,
    checkpoint: Object.freeze({ ...checkpoint }),
    pendingCheckpoint: pending && Object.freeze({ ...pending, ...state }),
    hashKeyRange: hashKeyRange && Object.freeze({ ...hashKeyRange }),
    parentShardIds: Object.freeze([...lease.parentShardIds]),
    childShardIds: Object.freeze([...lease.childShardIds]),
  });
}
