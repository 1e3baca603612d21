import { describe, expect, test } from 'vitest';
import { BufferBudget } from '../src/buffer-budget.js';

const { signal } = new AbortController();

/** Whether a promise has settled, once every job that is ready has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await undefined;
  return settled;
}

describe('BufferBudget (C7)', () => {
  test('grants what fits at once, and counts it', async () => {
    const budget = new BufferBudget(10);
    const one = await budget.reserve(6, signal);
    expect([one?.bytes, budget.usedBytes, budget.waiting]).toEqual([6, 6, false]);
    one?.shrinkTo(2);
    expect([one?.bytes, budget.usedBytes]).toEqual([2, 2]);
    one?.release();
    expect([one?.bytes, budget.usedBytes]).toEqual([0, 0]);
  });

  test('a reservation never grows, and is given back once', async () => {
    const budget = new BufferBudget(10);
    const [one] = await Promise.all([budget.reserve(4, signal), budget.reserve(4, signal)]);
    one?.shrinkTo(9);
    expect(budget.usedBytes).toBe(8);
    one?.release();
    one?.release();
    one?.shrinkTo(3);
    expect(budget.usedBytes).toBe(4);
  });

  test('who does not fit waits for its turn: a small one does not pass a large one', async () => {
    const budget = new BufferBudget(10);
    const first = await budget.reserve(6, signal);
    const large = budget.reserve(8, signal);
    const small = budget.reserve(1, signal);
    expect([await isSettled(large), await isSettled(small), budget.waiting]).toEqual([false, false, true]);
    first?.shrinkTo(2);
    expect((await large)?.bytes).toBe(8);
    expect([await isSettled(small), budget.usedBytes]).toEqual([false, 10]);
    first?.shrinkTo(1);
    expect((await small)?.bytes).toBe(1);
    expect(budget.waiting).toBe(false);
  });

  test('who gives up makes way for those behind it', async () => {
    const budget = new BufferBudget(10);
    await budget.reserve(6, signal);
    const abort = new AbortController();
    const large = budget.reserve(8, abort.signal);
    const small = budget.reserve(3, signal);
    abort.abort();
    expect([await large, (await small)?.bytes]).toEqual([undefined, 3]);
    expect([budget.usedBytes, budget.waiting]).toEqual([9, false]);
  });

  test('a signal that fires after the grant takes nothing back', async () => {
    const budget = new BufferBudget(10);
    const abort = new AbortController();
    await budget.reserve(6, abort.signal);
    abort.abort();
    expect(budget.usedBytes).toBe(6);
    expect([await budget.reserve(1, abort.signal), budget.usedBytes]).toEqual([undefined, 6]);
  });

  test('what is spare leaves as much again, and passes nobody', async () => {
    const budget = new BufferBudget(10);
    expect(budget.reserveSpare(6)).toBeUndefined();
    expect(budget.reserveSpare(5)?.bytes).toBe(5);
    expect(budget.reserveSpare(3)).toBeUndefined();
    void budget.reserve(8, signal);
    expect([budget.reserveSpare(1), budget.usedBytes]).toEqual([undefined, 5]);
  });

  test.each([11, -1, Number.NaN])('%s bytes can never be granted', (bytes) => {
    const budget = new BufferBudget(10);
    expect(() => budget.reserveSpare(bytes)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(() => budget.reserve(bytes, signal)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
