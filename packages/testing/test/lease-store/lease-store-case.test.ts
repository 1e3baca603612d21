import { describe, expect, test } from 'vitest';
import { type LeaseStoreCase, runLeaseStoreCase } from '../../src/lease-store/lease-store-case.js';
import { BreakableLeaseStore } from '../support/breakable-lease-store.js';

/** A factory that notes what becomes of its store. */
function noting() {
  const notes: string[] = [];
  const store = new BreakableLeaseStore({
    methods: () => ({
      open: async ({ applicationName }) => {
        notes.push(`open ${applicationName}`);
        return 'created';
      },
    }),
  });
  const makeStore = async () => ({ store, dispose: async () => void notes.push('dispose') });
  return { notes, makeStore };
}

const passing: LeaseStoreCase = { title: 'passing', run: async () => undefined };

describe('runLeaseStoreCase', () => {
  test('opens the store, runs the case, disposes of the store', async () => {
    const { notes, makeStore } = noting();
    const run = async () => void notes.push('run');
    expect(await runLeaseStoreCase({ title: 'any', run }, makeStore)).toBeUndefined();
    expect(notes).toEqual(['open lease-store-suite', 'run', 'dispose']);
  });

  test('leaves opening to a case about it', async () => {
    const { notes, makeStore } = noting();
    await runLeaseStoreCase({ ...passing, opens: true }, makeStore);
    expect(notes).toEqual(['dispose']);
  });

  test('disposes of the store of a case that fails', async () => {
    const { notes, makeStore } = noting();
    const run = () => Promise.reject(new Error('broken'));
    await expect(runLeaseStoreCase({ title: 'any', run }, makeStore)).rejects.toThrow('broken');
    expect(notes.at(-1)).toBe('dispose');
  });

  test('says what is missing for a case, and runs it where it is there', async () => {
    const { notes, makeStore } = noting();
    const needy: LeaseStoreCase = { ...passing, needs: ['another', 'putAttribute'] };
    expect(await runLeaseStoreCase(needy, makeStore)).toBe('the factory gives no another, putAttribute');
    expect(notes).toEqual(['dispose']);
    const equipped = async () => {
      const subject = await makeStore();
      return { ...subject, another: () => subject.store, putAttribute: async () => undefined };
    };
    expect(await runLeaseStoreCase(needy, equipped)).toBeUndefined();
  });
});
