import { contentionCases } from './lease-store/contention-cases.js';
import { keepingCases } from './lease-store/keeping-cases.js';
import {
  type LeaseStoreCase,
  type LeaseStoreUnderTest,
  runLeaseStoreCase,
} from './lease-store/lease-store-case.js';
import { metadataCases } from './lease-store/metadata-cases.js';
import { owningCases } from './lease-store/owning-cases.js';
import { progressCases } from './lease-store/progress-cases.js';

export type { LeaseStoreExtra, LeaseStoreUnderTest } from './lease-store/lease-store-case.js';

/** Functions of the test framework: those of vitest, Jest or node:test, as they are. */
export interface TestFramework {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares one test. */
  readonly test: (name: string, body: (...context: unknown[]) => Promise<void>) => unknown;
}

/** Every case that a store is held to. */
const leaseStoreCases: readonly LeaseStoreCase[] = Object.freeze([
  ...keepingCases,
  ...owningCases,
  ...progressCases,
  ...metadataCases,
  ...contentionCases,
]);

/**
 * Holds a `LeaseStore` to its contract: declares one test for each condition and effect of each operation. Numbers before
 * a title are those of the KCL's conformance cases.
 *
 * `makeStore` is called for each test and gives a store that nobody has opened, over nothing. A test that needs an extra of
 * {@link LeaseStoreUnderTest} that it does not give is skipped, with the reason; where the framework cannot skip from within a
 * test (Jest), it passes with a warning, `LEASE_STORE_CASE_SKIPPED`.
 *
 * @example
 * ```ts
 * import { describe, test } from 'vitest';
 *
 * describeLeaseStore({ describe, test }, 'MyStore', async () => {
 *   const store = new MyStore();
 *   return { store, dispose: () => store.close() };
 * });
 * ```
 */
export function describeLeaseStore(
  { describe, test }: TestFramework,
  name: string,
  makeStore: () => Promise<LeaseStoreUnderTest>,
): void {
  describe(`${name}, as a LeaseStore`, () => {
    for (const leaseStoreCase of leaseStoreCases) {
      test(leaseStoreCase.title, async (...context) => {
        const reason = await runLeaseStoreCase(leaseStoreCase, makeStore);
        if (reason !== undefined) skip(context[0], `${leaseStoreCase.title}: ${reason}`);
      });
    }
  });
}

/** `skip` of vitest's and node:test's context, both of which take a reason. */
function skip(context: unknown, reason: string): void {
  const { skip: skipTest } = (context ?? {}) as { skip?: unknown };
  if (typeof skipTest === 'function') skipTest.call(context, reason);
  else process.emitWarning(`Skipped: ${reason}.`, { code: 'LEASE_STORE_CASE_SKIPPED' });
}
