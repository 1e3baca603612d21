import type {
  Checkpoint,
  Lease,
  LeaseMetadata,
  LeaseStore,
  LeaseStoreOpening,
  LeaseWrite,
  NewLease,
  PendingCheckpoint,
} from '@shardline/consumer';
import { InvalidOptionError } from '@shardline/core';
import { LeaseItemMalformedError, LeaseStoreStateError } from './errors.js';
import type { Change } from './expressions.js';
import {
  assignChange,
  checkpointChange,
  handoffChange,
  metadataChange,
  prepareChange,
  releaseChange,
  renewChange,
  takeChange,
  unchanged,
} from './lease-changes.js';
import { itemOf, listedLeaseOf } from './lease-item.js';
import { type ItemWrite, LeaseTable } from './lease-table.js';
import { MalformedLeases } from './malformed-leases.js';
import { openTable } from './open-table.js';
import {
  type DynamoDBLeaseStoreOptions,
  type ResolvedDynamoDBLeaseStoreOptions,
  resolveDynamoDBLeaseStoreOptions,
  tableNames,
} from './options.js';
import { type Edges, sdkEdges } from './sdk-edges.js';
import { tableRequest } from './table-schema.js';

/**
 * Leases and checkpoints in a DynamoDB table: the KCL's lease table, item for item. An application that a KCL left goes on where it
 * stood, and a KCL goes on where this one left it.
 */
export class DynamoDBLeaseStore implements LeaseStore {
  readonly #options: ResolvedDynamoDBLeaseStoreOptions;
  readonly #edges: Edges;
  readonly #malformed: MalformedLeases;
  #table: LeaseTable | undefined;
  #state: 'new' | 'opening' | 'open' | 'closed' = 'new';

  /** Checks the options and throws `INVALID_OPTION`; makes no request. */
  constructor(options?: DynamoDBLeaseStoreOptions);
  /** @internal */
  constructor(options: DynamoDBLeaseStoreOptions, edges: Edges);
  constructor(options: DynamoDBLeaseStoreOptions = {}, edges?: Edges) {
    this.#options = resolveDynamoDBLeaseStoreOptions(options);
    this.#edges = edges ?? sdkEdges(this.#options);
    this.#malformed = new MalformedLeases(this.#options.onMalformedLease);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.open} */
  async open({ applicationName, signal }: LeaseStoreOpening): Promise<'created' | 'existed'> {
    if (this.#state !== 'new') throw new LeaseStoreStateError(`open() of a store that is ${this.#state}.`);
    const { createTable, requestTimeoutMs } = this.#options;
    const { api, clock } = this.#edges;
    const table = new LeaseTable(this.#nameFor(applicationName), api, clock, requestTimeoutMs);
    this.#state = 'opening';
    try {
      const create = createTable ? tableRequest(this.#options) : undefined;
      const found = await openTable(table, { clock, create, signal });
      if (this.#state === 'opening') {
        this.#table = table;
        this.#state = 'open';
      }
      return found;
    } catch (error) {
      // What made it fail may pass, or be put right: it may be opened again.
      if (this.#state === 'opening') this.#state = 'new';
      throw error;
    }
  }

  /**
   * All leases, from a consistent Scan. Left out: items of another `entityType` (the KCL's leader, worker metrics, migration). What
   * cannot be read is there as such (`unreadable`), and `onMalformedLease` is told of it.
   */
  async list(signal?: AbortSignal): Promise<readonly Lease[]> {
    const table = this.#opened();
    const leases: Lease[] = [];
    const malformed: LeaseItemMalformedError[] = [];
    for (const item of await table.items(signal)) {
      const lease = listedLeaseOf(table.name, item, (error) => malformed.push(error));
      if (lease) leases.push(lease);
    }
    this.#malformed.listed(malformed);
    return leases;
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.get} */
  async get(leaseKey: string, signal?: AbortSignal): Promise<Lease | undefined> {
    const table = this.#opened();
    const item = await table.get(leaseKey, signal);
    return item && listedLeaseOf(table.name, item);
  }

  /** Rejects with `LEASE_ITEM_MALFORMED` where an item stands under the key that is something else than a lease. */
  async create(lease: NewLease, signal?: AbortSignal): Promise<LeaseWrite> {
    const table = this.#opened();
    return this.#answer(table, lease.leaseKey, await table.put(lease.leaseKey, itemOf(lease), signal));
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.take} */
  take(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, takeChange(lease, workerId), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.renew} */
  async renew(lease: Lease, throughputKBps?: number, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, renewChange(lease, throughputKBps), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.checkpoint} */
  checkpoint(lease: Lease, checkpoint: Checkpoint, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, checkpointChange(lease, checkpoint), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.prepareCheckpoint} */
  prepareCheckpoint(lease: Lease, pending: PendingCheckpoint, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, prepareChange(lease, pending), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.startHandoff} */
  async startHandoff(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    const change = handoffChange(lease, workerId);
    if (change) return this.#update(lease.leaseKey, change, signal);
    return { written: false, lease: await this.get(lease.leaseKey, signal) };
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.assign} */
  assign(lease: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, assignChange(lease, workerId), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.release} */
  release(lease: Lease, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(lease.leaseKey, releaseChange(lease), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.updateMetadata} */
  updateMetadata(leaseKey: string, metadata: LeaseMetadata, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#update(leaseKey, metadataChange(metadata), signal);
  }

  /** {@inheritDoc @shardline/consumer#LeaseStore.delete} */
  async delete(lease: Lease, signal?: AbortSignal): Promise<'deleted' | 'missing' | 'changed'> {
    const end = await this.#opened().delete(lease.leaseKey, unchanged(lease), signal);
    if (end.written) return 'deleted';
    return end.item === undefined ? 'missing' : 'changed';
  }

  /** Destroys the client that the store made. Further calls reject with `LEASE_STORE_STATE`; a second one does nothing. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#table = undefined;
    this.#edges.api.close();
  }

  async #update(leaseKey: string, change: Change, signal: AbortSignal | undefined): Promise<LeaseWrite> {
    const table = this.#opened();
    return this.#answer(table, leaseKey, await table.update(leaseKey, change, signal));
  }

  #answer(table: LeaseTable, leaseKey: string, write: ItemWrite): LeaseWrite {
    const { written, item } = write;
    const lease = item && listedLeaseOf(table.name, item);
    // Its caller must not go on, even where the write has met its condition.
    if (lease?.unreadable !== undefined) return { written: false, lease };
    if (lease) return { written, lease };
    if (!written && !item) return { written, lease: undefined };
    throw new LeaseItemMalformedError({
      tableName: table.name,
      leaseKey,
      attribute: 'entityType',
      found: JSON.stringify(item?.entityType ?? 'absent'),
      expected: 'that of a lease',
    });
  }

  #opened(): LeaseTable {
    if (this.#table) return this.#table;
    const why = this.#state === 'closed' ? 'was closed' : 'is not open: call open() first';
    throw new LeaseStoreStateError(`The DynamoDBLeaseStore ${why}.`);
  }

  #nameFor(applicationName: string): string {
    const name = this.#options.tableName ?? applicationName;
    if (tableNames.accepts(name)) return name;
    throw new InvalidOptionError({
      owner: 'DynamoDBLeaseStore',
      option: 'tableName',
      received: name,
      expected: `given, since the applicationName cannot name a table: ${tableNames.expected}`,
    });
  }
}
