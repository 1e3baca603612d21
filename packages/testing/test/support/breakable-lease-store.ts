import type { Lease, LeaseStore, LeaseWrite } from '@shardline/consumer';
import * as leaseRules from '../../../consumer/src/lease-rules.js';
import {
  type LeaseStoreCase,
  type LeaseStoreUnderTest,
  runLeaseStoreCase,
} from '../../src/lease-store/lease-store-case.js';

type Rules = typeof leaseRules;

/** How a store is broken. */
export interface Breaks {
  /** Rules in place of the right ones. */
  readonly rules?: Partial<Rules>;
  /** Methods in place of the right ones. */
  readonly methods?: (store: BreakableLeaseStore) => Partial<LeaseStore>;
  /** A write lets others pass between looking and writing. */
  readonly slow?: boolean;
  /** An update puts the item anew. */
  readonly forgetsAttributes?: boolean;
  /** What a write answers, in place of the truth. */
  readonly answer?: (outcome: LeaseWrite, known: Lease | undefined) => LeaseWrite;
}

/** A store in memory with rules and methods that can be replaced. */
export class BreakableLeaseStore implements LeaseStore {
  readonly leases = new Map<string, Lease>();
  readonly attributes = new Set<string>();
  readonly #breaks: Breaks;
  readonly #rules: Rules;
  #opened = false;

  constructor(breaks: Breaks = {}) {
    this.#breaks = breaks;
    this.#rules = { ...leaseRules, ...breaks.rules };
    Object.assign(this, breaks.methods?.(this));
  }

  async open({ signal }: { signal?: AbortSignal }): Promise<'created' | 'existed'> {
    signal?.throwIfAborted();
    const answer = this.#opened ? 'existed' : 'created';
    this.#opened = true;
    return answer;
  }
  async list(signal?: AbortSignal): Promise<readonly Lease[]> {
    signal?.throwIfAborted();
    return [...this.leases.values()];
  }
  async get(leaseKey: string, signal?: AbortSignal): Promise<Lease | undefined> {
    signal?.throwIfAborted();
    return this.leases.get(leaseKey);
  }
  create: LeaseStore['create'] = (lease, signal) =>
    this.#write(lease.leaseKey, signal, (current) => this.#rules.created(current, lease));
  take: LeaseStore['take'] = (known, workerId, signal) =>
    this.#write(known, signal, (current) => this.#rules.taken(current, known, workerId));
  renew: LeaseStore['renew'] = (known, throughputKBps, signal) =>
    this.#write(known, signal, (current) => this.#rules.renewed(current, known, throughputKBps));
  checkpoint: LeaseStore['checkpoint'] = (known, place, signal) =>
    this.#write(known, signal, (current) => this.#rules.checkpointed(current, known, place));
  prepareCheckpoint: LeaseStore['prepareCheckpoint'] = (known, pending, signal) =>
    this.#write(known, signal, (current) => this.#rules.checkpointPrepared(current, known, pending));
  startHandoff: LeaseStore['startHandoff'] = (known, workerId, signal) =>
    this.#write(known, signal, (current) => this.#rules.handoffStarted(current, known, workerId));
  assign: LeaseStore['assign'] = (known, workerId, signal) =>
    this.#write(known, signal, (current) => this.#rules.assigned(current, known, workerId));
  release: LeaseStore['release'] = (known, signal) =>
    this.#write(known, signal, (current) => this.#rules.released(current, known));
  updateMetadata: LeaseStore['updateMetadata'] = (leaseKey, metadata, signal) =>
    this.#write(leaseKey, signal, (current) => this.#rules.described(current, metadata));

  async delete(known: Lease, signal?: AbortSignal): Promise<'deleted' | 'missing' | 'changed'> {
    signal?.throwIfAborted();
    const current = this.leases.get(known.leaseKey);
    if (this.#breaks.slow) await Promise.resolve();
    const answer = this.#rules.deletion(current, known);
    if (answer === 'deleted') this.leases.delete(known.leaseKey);
    return answer;
  }

  async close(): Promise<void> {}

  async #write(
    about: string | Lease,
    signal: AbortSignal | undefined,
    rule: (current: Lease | undefined) => LeaseWrite,
  ): Promise<LeaseWrite> {
    signal?.throwIfAborted();
    const [key, known] = typeof about === 'string' ? [about, undefined] : [about.leaseKey, about];
    const current = this.leases.get(key);
    if (this.#breaks.slow) await Promise.resolve();
    const outcome = rule(current);
    if (outcome.written) this.leases.set(key, outcome.lease);
    if (outcome.written && this.#breaks.forgetsAttributes) this.attributes.clear();
    return this.#breaks.answer?.(outcome, known) ?? outcome;
  }
}

/** A factory of broken stores, with every extra. */
export function broken(breaks: Breaks = {}): () => Promise<LeaseStoreUnderTest> {
  return async () => {
    const store = new BreakableLeaseStore(breaks);
    return {
      store,
      dispose: () => store.close(),
      another: () => store,
      putAttribute: async (leaseKey, name) => void store.attributes.add(`${leaseKey} ${name}`),
      hasAttribute: async (leaseKey, name) => store.attributes.has(`${leaseKey} ${name}`),
      putEntry: async () => undefined,
      putUnreadable: async (leaseKey) => void store.leases.set(leaseKey, unreadable(leaseKey)),
    };
  };
}

/** What a store shows of an entry that it cannot read. */
export function unreadable(leaseKey: string): Lease {
  return {
    leaseKey,
    unreadable: 'no lease',
    checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
    parentShardIds: [],
    hashKeyRange: undefined,
    leaseOwner: undefined,
    checkpointOwner: undefined,
    leaseCounter: 0,
    ownerSwitchesSinceCheckpoint: 0,
    pendingCheckpoint: undefined,
    childShardIds: [],
    throughputKBps: undefined,
  };
}

/** Titles of the cases that a store fails. */
export async function failedCases(
  cases: readonly LeaseStoreCase[],
  makeStore: () => Promise<LeaseStoreUnderTest>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const leaseStoreCase of cases) {
    const passed = await runLeaseStoreCase(leaseStoreCase, makeStore).then(
      () => true,
      () => false,
    );
    if (!passed) failed.push(leaseStoreCase.title);
  }
  return failed;
}

/** The outcome with another lease; a refusal stays as it is. */
export function edit(outcome: LeaseWrite, change: (lease: Lease) => Partial<Lease>): LeaseWrite {
  if (!outcome.written) return outcome;
  return { written: true, lease: { ...outcome.lease, ...change(outcome.lease) } };
}

/** Takes back the raise of the counter. */
export const unraised = (outcome: LeaseWrite) =>
  edit(outcome, ({ leaseCounter }) => ({ leaseCounter: leaseCounter - 1 }));

/** Judges as if the caller knew those attributes as they are stored. */
export function blindTo<Rest extends unknown[]>(
  rule: (current: Lease | undefined, known: Lease, ...rest: Rest) => LeaseWrite,
  ...names: readonly (keyof Lease)[]
) {
  return (current: Lease | undefined, known: Lease, ...rest: Rest) => {
    const seen = current && Object.fromEntries(names.map((name) => [name, current[name]]));
    return rule(current, { ...known, ...seen }, ...rest);
  };
}

/** Writes the lease that its caller knows where there is none. */
export function resurrecting<Rest extends unknown[]>(
  rule: (current: Lease | undefined, known: Lease, ...rest: Rest) => LeaseWrite,
) {
  return (current: Lease | undefined, known: Lease, ...rest: Rest) => rule(current ?? known, known, ...rest);
}

/** Takes what the caller knows for what is stored. */
export function trusting<Rest extends unknown[]>(
  rule: (current: Lease | undefined, known: Lease, ...rest: Rest) => LeaseWrite,
) {
  return (current: Lease | undefined, known: Lease, ...rest: Rest) => {
    const outcome = rule(current, known, ...rest);
    return outcome.written ? rule(known, known, ...rest) : outcome;
  };
}
