import { describe, expect, test, vi } from 'vitest';
import { contentionCases } from '../src/lease-store/contention-cases.js';
import { keepingCases } from '../src/lease-store/keeping-cases.js';
import type { LeaseStoreUnderTest } from '../src/lease-store/lease-store-case.js';
import { metadataCases } from '../src/lease-store/metadata-cases.js';
import { owningCases } from '../src/lease-store/owning-cases.js';
import { progressCases } from '../src/lease-store/progress-cases.js';
import { describeLeaseStore, type TestFramework } from '../src/lease-store.js';
import { BreakableLeaseStore, broken } from './support/breakable-lease-store.js';

type Declared = Parameters<TestFramework['test']>;

/** What a framework is told to run. */
function declared(makeStore: () => Promise<LeaseStoreUnderTest>): { groups: string[]; tests: Declared[] } {
  const [groups, tests]: [string[], Declared[]] = [[], []];
  const framework: TestFramework = {
    describe: (name, body) => {
      groups.push(name);
      body();
    },
    test: (name, body) => tests.push([name, body]),
  };
  describeLeaseStore(framework, 'MyStore', makeStore);
  return { groups, tests };
}

const bare = async (): Promise<LeaseStoreUnderTest> => ({
  store: new BreakableLeaseStore(),
  dispose: async () => undefined,
});

const all = [...keepingCases, ...owningCases, ...progressCases, ...metadataCases, ...contentionCases];

describe('describeLeaseStore', () => {
  test('declares every case once, in one group, under a title of its own', () => {
    const { groups, tests } = declared(bare);
    expect(groups).toEqual(['MyStore, as a LeaseStore']);
    expect(tests.map(([title]) => title)).toEqual(all.map(({ title }) => title));
    expect(new Set(tests.map(([title]) => title)).size).toBe(tests.length);
  });

  test("has KCL's cases of lease writes under their numbers", () => {
    const numbers = new Set(
      all
        .map(({ title }) => /^(\d+): /.exec(title)?.[1])
        .filter(Boolean)
        .map(Number),
    );
    expect([...numbers].sort((a, b) => a - b)).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  test('a case passes or fails with the store', async () => {
    const title = '17: take: a free lease: the counter rises, no switch';
    const run = (makeStore: typeof bare) =>
      declared(makeStore).tests.find(([name]) => name === title)?.[1]({ skip: () => undefined });
    await expect(run(bare)).resolves.toBeUndefined();
    const takesNothing = broken({ rules: { taken: (lease) => ({ written: false, lease }) } });
    await expect(run(takesNothing)).rejects.toThrow('the write must pass');
  });

  test('what the factory makes impossible is skipped with its reason', async () => {
    const reasons: string[] = [];
    const context = {
      reasons,
      skip(reason: string) {
        this.reasons.push(reason);
      },
    };
    for (const [, body] of declared(bare).tests) await body(context);
    expect(reasons).toEqual([
      "open: 'existed' for the next worker, which finds the leases: the factory gives no another",
      'close: other workers go on, and the leases stay: the factory gives no another',
      'list: entries that are no leases are left out: the factory gives no putEntry',
      'list, get, create: an entry that cannot be read is there, says why, and is left as it is: the factory gives no putUnreadable',
      '25: updates: attributes that are unknown to the store stay: the factory gives no putAttribute, hasAttribute',
    ]);
  });

  test('without a context to skip with it warns', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      for (const [, body] of declared(bare).tests) {
        expect(body).toHaveLength(0); // Jest would wait for a callback.
        await body();
      }
      expect(warn).toHaveBeenCalledTimes(5);
      expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Skipped: 25: .*putAttribute/), {
        code: 'LEASE_STORE_CASE_SKIPPED',
      });
    } finally {
      warn.mockRestore();
    }
  });
});
