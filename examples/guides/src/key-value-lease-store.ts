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

/** A value, and what changes with every write of it. */
export interface Versioned {
  readonly value: string;
  readonly version: number;
}

/** All that is asked of the storage underneath; Redis, etcd, Consul and every SQL database have it. */
export interface KeyValue {
  keys(): Promise<readonly string[]>;
  get(key: string): Promise<Versioned | undefined>;
  /** Writes only where the version still is that one; 0: where there is none. Undefined deletes. False: somebody was faster. */
  compareAndSet(key: string, version: number, value: string | undefined): Promise<boolean>;
}

/** Leases in any storage that can compare and set. Every write below: the condition of {@link LeaseStore}, and what it changes. */
export class KeyValueLeaseStore implements LeaseStore {
  readonly #storage: KeyValue;

  constructor(storage: KeyValue) {
    this.#storage = storage;
  }

  async open({ signal }: LeaseStoreOpening): Promise<'created' | 'existed'> {
    return (await this.list(signal)).length === 0 ? 'created' : 'existed';
  }

  async list(signal?: AbortSignal): Promise<readonly Lease[]> {
    signal?.throwIfAborted();
    const leases: Lease[] = [];
    for (const key of await this.#storage.keys()) {
      const lease = await this.get(key, signal);
      if (lease) leases.push(lease);
    }
    return leases;
  }

  async get(leaseKey: string, signal?: AbortSignal): Promise<Lease | undefined> {
    return (await this.#read(leaseKey, signal))?.lease;
  }

  async create(lease: NewLease, signal?: AbortSignal): Promise<LeaseWrite> {
    signal?.throwIfAborted();
    const made = { ...unowned, ...lease };
    if (await this.#storage.compareAndSet(lease.leaseKey, 0, encode(made)))
      return { written: true, lease: made };
    return { written: false, lease: await this.get(lease.leaseKey, signal) };
  }

  take(known: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known) && sameOwners(now, known),
      (now) => ownedBy(now, workerId),
    );
  }

  renew(known: Lease, throughputKBps?: number, signal?: AbortSignal): Promise<LeaseWrite> {
    const handedOff = (now: Lease) =>
      now.checkpointOwner !== undefined && known.checkpointOwner === undefined;
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known) && !handedOff(now),
      (now) => ({
        ...raised(now),
        throughputKBps: throughputKBps ?? now.throughputKBps,
      }),
    );
  }

  checkpoint(known: Lease, checkpoint: Checkpoint, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known),
      (now) => ({
        ...raised(now),
        checkpoint,
        pendingCheckpoint: undefined,
        ownerSwitchesSinceCheckpoint: 0,
        ...(known.childShardIds.length > 0 && { childShardIds: known.childShardIds }),
        ...(known.hashKeyRange && { hashKeyRange: known.hashKeyRange }),
      }),
    );
  }

  prepareCheckpoint(
    known: Lease,
    pendingCheckpoint: PendingCheckpoint,
    signal?: AbortSignal,
  ): Promise<LeaseWrite> {
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known),
      (now) => ({
        ...raised(now),
        pendingCheckpoint,
      }),
    );
  }

  startHandoff(known: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    const { leaseOwner } = known;
    const mayBegin = (now: Lease) => now.leaseOwner === leaseOwner && now.checkpointOwner === undefined;
    return this.#change(
      known.leaseKey,
      signal,
      (now) => leaseOwner !== undefined && mayBegin(now),
      () => ({
        leaseOwner: workerId,
        checkpointOwner: leaseOwner,
      }),
    );
  }

  assign(known: Lease, workerId: string, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known) && sameOwners(now, known),
      (now) =>
        now.leaseOwner === workerId ? { ...raised(now), checkpointOwner: undefined } : ownedBy(now, workerId),
    );
  }

  release(known: Lease, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#change(
      known.leaseKey,
      signal,
      (now) => sameCounter(now, known) && sameOwners(now, known),
      (now) => {
        const handingOff = now.checkpointOwner !== undefined && now.checkpointOwner !== now.leaseOwner;
        return {
          ...raised(now),
          checkpointOwner: undefined,
          leaseOwner: handingOff ? now.leaseOwner : undefined,
        };
      },
    );
  }

  updateMetadata(leaseKey: string, metadata: LeaseMetadata, signal?: AbortSignal): Promise<LeaseWrite> {
    return this.#change(
      leaseKey,
      signal,
      () => true,
      () => metadata,
    );
  }

  async delete(known: Lease, signal?: AbortSignal): Promise<'deleted' | 'missing' | 'changed'> {
    for (;;) {
      const found = await this.#read(known.leaseKey, signal);
      if (!found) return 'missing';
      const { lease } = found;
      if (lease.unreadable || !sameCounter(lease, known) || !sameOwners(lease, known)) return 'changed';
      if (await this.#storage.compareAndSet(known.leaseKey, found.version, undefined)) return 'deleted';
    }
  }

  async close(): Promise<void> {}

  /** Reads, judges, writes where nothing changed in between, else begins again: losing a race is an answer, never an error. */
  async #change(
    leaseKey: string,
    signal: AbortSignal | undefined,
    holds: (now: Lease) => boolean,
    change: (now: Lease) => Partial<Lease>,
  ): Promise<LeaseWrite> {
    for (;;) {
      const found = await this.#read(leaseKey, signal);
      if (!found || found.lease.unreadable || !holds(found.lease))
        return { written: false, lease: found?.lease };
      const next = { ...found.lease, ...change(found.lease) };
      if (await this.#storage.compareAndSet(leaseKey, found.version, encode(next)))
        return { written: true, lease: next };
    }
  }

  async #read(
    leaseKey: string,
    signal?: AbortSignal,
  ): Promise<{ lease: Lease; version: number } | undefined> {
    signal?.throwIfAborted();
    const found = await this.#storage.get(leaseKey);
    const lease = found && decode(leaseKey, found.value);
    return found && lease && { lease, version: found.version };
  }
}

const unowned = Object.freeze({
  leaseOwner: undefined,
  checkpointOwner: undefined,
  leaseCounter: 0,
  ownerSwitchesSinceCheckpoint: 0,
  pendingCheckpoint: undefined,
  childShardIds: [],
  throughputKBps: undefined,
});

function sameCounter(now: Lease, known: Lease): boolean {
  return now.leaseCounter === known.leaseCounter;
}

function sameOwners(now: Lease, known: Lease): boolean {
  return now.leaseOwner === known.leaseOwner && now.checkpointOwner === known.checkpointOwner;
}

function raised(now: Lease): { leaseCounter: number } {
  return { leaseCounter: now.leaseCounter + 1 };
}

function ownedBy(now: Lease, workerId: string): Partial<Lease> {
  const another = now.leaseOwner !== undefined && now.leaseOwner !== workerId;
  const switched = another || now.checkpointOwner === workerId ? 1 : 0;
  return {
    ...raised(now),
    leaseOwner: workerId,
    checkpointOwner: undefined,
    ownerSwitchesSinceCheckpoint: now.ownerSwitchesSinceCheckpoint + switched,
  };
}

/** JSON has no bytes: the state of a pending checkpoint goes as base64. */
function encode(lease: Lease): string {
  return JSON.stringify(lease, (_name, value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

/**
 * Members that are undefined are not in the JSON. What has no counter is no lease: the storage may hold other things. What cannot be
 * read stays a lease, or another would be made in its place.
 */
function decode(leaseKey: string, text: string): Lease | undefined {
  try {
    const stored = JSON.parse(text, (_name, value) =>
      typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
    );
    return 'leaseCounter' in stored ? { ...unowned, hashKeyRange: undefined, ...stored } : undefined;
  } catch (error) {
    return {
      ...unowned,
      ...unread,
      leaseKey,
      unreadable: `The value of "${leaseKey}" is no lease: ${error}`,
    };
  }
}

const unread = Object.freeze({
  checkpoint: Object.freeze({ sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 }),
  parentShardIds: Object.freeze([]),
  hashKeyRange: undefined,
});
