import type { LeaseStore } from '@shardline/consumer';

/** A store that nobody has opened and that holds nothing, with what the suite cannot do through a `LeaseStore`. */
export interface LeaseStoreUnderTest {
  /** The store to test. */
  readonly store: LeaseStore;
  /** Called at the end of each case: closes what the case has left open, and removes what it has left behind. */
  readonly dispose: () => Promise<void>;
  /** A second store over the same leases, as another worker has it; not opened. */
  readonly another?: () => LeaseStore | Promise<LeaseStore>;
  /** Puts an attribute of that name, unknown to the store, on a lease. */
  readonly putAttribute?: (leaseKey: string, name: string) => Promise<void>;
  /** Whether the lease has an attribute of that name. */
  readonly hasAttribute?: (leaseKey: string, name: string) => Promise<boolean>;
  /** Puts an entry that is no lease, as the KCL does (`Leader`). */
  readonly putEntry?: (key: string) => Promise<void>;
  /** Puts an entry under the key of a lease that the store cannot read as one. */
  readonly putUnreadable?: (leaseKey: string) => Promise<void>;
}

/** What a factory may leave out, see {@link LeaseStoreUnderTest}. */
export type LeaseStoreExtra = 'another' | 'putAttribute' | 'hasAttribute' | 'putEntry' | 'putUnreadable';

/** A store with the extras that a case has asked for. */
export type EquippedStore = Omit<LeaseStoreUnderTest, LeaseStoreExtra> &
  Required<Pick<LeaseStoreUnderTest, LeaseStoreExtra>>;

/** One sentence of the contract, or one condition, and how a store is held to it. */
export interface LeaseStoreCase {
  /** KCL's own cases begin with their number. */
  readonly title: string;
  /** Extras without which it cannot be judged. */
  readonly needs?: readonly LeaseStoreExtra[];
  /** Whether it opens the store itself. */
  readonly opens?: true;
  /** Rejects where the store breaks its contract. */
  readonly run: (subject: EquippedStore) => Promise<void>;
}

/** Name under which the suite opens stores. */
export const suiteApplication = 'lease-store-suite';

/**
 * Runs a case on a new store and disposes of it. Resolves with the reason if the case cannot be judged, rejects where the
 * store breaks its contract.
 */
export async function runLeaseStoreCase(
  { needs = [], opens, run }: LeaseStoreCase,
  makeStore: () => Promise<LeaseStoreUnderTest>,
): Promise<string | undefined> {
  const subject = await makeStore();
  try {
    const missing = needs.filter((extra) => subject[extra] === undefined);
    if (missing.length > 0) return `the factory gives no ${missing.join(', ')}`;
    if (!opens) await subject.store.open({ applicationName: suiteApplication });
    await run(subject as EquippedStore);
    return undefined;
  } finally {
    await subject.dispose();
  }
}
