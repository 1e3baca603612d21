import { compareCheckpoints, isInitial, isShardEnd } from '../../src/checkpoint.js';
import { InMemoryLeaseStore } from '../../src/in-memory-lease-store.js';
import { effectiveOwner, type Lease } from '../../src/lease.js';
import type { LeaseWrite } from '../../src/lease-store.js';

/** A checkpoint as it reached the store. */
export interface SeenCheckpoint {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  /** Step of the delivery log after which it was written. */
  readonly atStep: number;
}

/** The one true store of a scenario: every write passes through here and is judged. */
export class LeaseAudit extends InMemoryLeaseStore {
  opened = false;
  readonly checkpoints: SeenCheckpoint[] = [];
  readonly #step: () => number;
  readonly #leases = new Map<string, Lease>();
  readonly #everSeen = new Set<string>();

  constructor(step: () => number) {
    super();
    this.#step = step;
  }

  override async open(): Promise<'created' | 'existed'> {
    this.opened = true;
    return super.open({ applicationName: 'simulated' });
  }

  /** C2: who may process the shard at this very moment. */
  ownerOf(shardId: string): string | undefined {
    const lease = this.#leases.get(shardId);
    return lease && effectiveOwner(lease);
  }

  override async create(...args: Parameters<InMemoryLeaseStore['create']>): Promise<LeaseWrite> {
    return this.#judge(await super.create(...args));
  }

  override async take(...args: Parameters<InMemoryLeaseStore['take']>): Promise<LeaseWrite> {
    return this.#judge(await super.take(...args));
  }

  override async renew(...args: Parameters<InMemoryLeaseStore['renew']>): Promise<LeaseWrite> {
    return this.#judge(await super.renew(...args));
  }

  override async checkpoint(...args: Parameters<InMemoryLeaseStore['checkpoint']>): Promise<LeaseWrite> {
    return this.#judge(await super.checkpoint(...args));
  }

  override async prepareCheckpoint(
    ...args: Parameters<InMemoryLeaseStore['prepareCheckpoint']>
  ): Promise<LeaseWrite> {
    return this.#judge(await super.prepareCheckpoint(...args));
  }

  override async startHandoff(...args: Parameters<InMemoryLeaseStore['startHandoff']>): Promise<LeaseWrite> {
    return this.#judge(await super.startHandoff(...args));
  }

  override async assign(...args: Parameters<InMemoryLeaseStore['assign']>): Promise<LeaseWrite> {
    return this.#judge(await super.assign(...args));
  }

  override async release(...args: Parameters<InMemoryLeaseStore['release']>): Promise<LeaseWrite> {
    return this.#judge(await super.release(...args));
  }

  override async updateMetadata(
    ...args: Parameters<InMemoryLeaseStore['updateMetadata']>
  ): Promise<LeaseWrite> {
    return this.#judge(await super.updateMetadata(...args));
  }

  override async delete(
    ...args: Parameters<InMemoryLeaseStore['delete']>
  ): ReturnType<InMemoryLeaseStore['delete']> {
    const outcome = await super.delete(...args);
    if (outcome === 'deleted') this.#leases.delete(args[0].leaseKey);
    return outcome;
  }

  #judge(write: LeaseWrite): LeaseWrite {
    if (!write.written) return write;
    const { lease } = write;
    const before = this.#leases.get(lease.leaseKey);
    this.#leases.set(lease.leaseKey, lease);
    this.#everSeen.add(lease.leaseKey);
    if (before) this.#judgeChange(before, lease);
    return write;
  }

  #judgeChange(before: Lease, lease: Lease): void {
    const order = compareCheckpoints(lease.checkpoint, before.checkpoint);
    const words = `${JSON.stringify(before.checkpoint)} to ${JSON.stringify(lease.checkpoint)}`;
    if (order < 0 || (order !== 0 && isInitial(lease.checkpoint))) {
      throw new Error(`C5: the checkpoint of ${lease.leaseKey} went from ${words}`);
    }
    if (order > 0)
      this.checkpoints.push({ shardId: lease.leaseKey, ...lease.checkpoint, atStep: this.#step() });
    if (isShardEnd(lease.checkpoint) && order > 0) this.#judgeEnd(lease);
  }

  /** C11: children exist before their parent is finished. */
  #judgeEnd({ leaseKey, childShardIds }: Lease): void {
    const missing = childShardIds.filter((id) => !this.#everSeen.has(id));
    if (childShardIds.length === 0 || missing.length > 0) {
      throw new Error(`C11: ${leaseKey} is finished, its children [${childShardIds}] lack [${missing}]`);
    }
  }
}
