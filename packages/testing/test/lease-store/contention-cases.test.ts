import type { LeaseStore } from '@shardline/consumer';
import { describe, expect, test } from 'vitest';
import { contentionCases } from '../../src/lease-store/contention-cases.js';
import { BreakableLeaseStore, broken, failedCases } from '../support/breakable-lease-store.js';

/** Every method that takes a signal, with the place of the signal among its arguments. */
const signalAt = {
  list: 0,
  get: 1,
  create: 1,
  take: 2,
  renew: 2,
  checkpoint: 2,
  prepareCheckpoint: 2,
  startHandoff: 2,
  assign: 2,
  release: 1,
  updateMetadata: 2,
  delete: 1,
} as const;

type Method = (...given: unknown[]) => Promise<unknown>;

/** A store one of whose methods does not see its signal, or sees one where there is none to heed. */
function deaf(
  name: keyof typeof signalAt,
): () => Promise<{ store: LeaseStore; dispose: () => Promise<void> }> {
  return async () => {
    const store = new BreakableLeaseStore();
    const method = store[name].bind(store) as Method;
    const heedless: Method = (...given) => method(...given.slice(0, signalAt[name]));
    Object.assign(store, { [name]: heedless });
    return { store, dispose: async () => undefined };
  };
}

describe('contentionCases', () => {
  test('pass with the right rules', async () => {
    expect(await failedCases(contentionCases, broken())).toEqual([]);
  });

  test('fail: others pass between looking and writing', async () => {
    const races = contentionCases.filter(({ title }) => title.startsWith('at once'));
    expect(races.length).toBeGreaterThan(5);
    expect(await failedCases(contentionCases, broken({ slow: true }))).toEqual(
      races.map(({ title }) => title),
    );
  });

  test('fail: the losers of a race are answered what was there before', async () => {
    const failed = await failedCases(
      contentionCases,
      broken({ answer: (outcome, known) => (outcome.written ? outcome : { written: false, lease: known }) }),
    );
    expect(failed).toContain('at once: one of several takes passes, the others are answered its lease');
  });

  test.each(Object.keys(signalAt) as (keyof typeof signalAt)[])(
    'fail: %s does not see its signal',
    async (name) => {
      const failed = await failedCases(contentionCases, deaf(name));
      expect(failed).toEqual([`${name}: rejects where its signal has fired already`]);
    },
  );

  test('fail: open does not see its signal', async () => {
    const deafOpen = broken({ methods: () => ({ open: async () => 'created' }) });
    expect(await failedCases(contentionCases, deafOpen)).toEqual([
      'open: rejects where its signal has fired already',
    ]);
  });

  test('fail: a method takes every signal for one that has fired', async () => {
    const failed = await failedCases(
      contentionCases,
      broken({
        methods: (store) => ({
          get: async (leaseKey, signal) => {
            if (signal) throw new Error('stopped');
            return store.leases.get(leaseKey);
          },
        }),
      }),
    );
    expect(failed).toEqual(['get: passes with a signal that fires when it is answered']);
  });
});
