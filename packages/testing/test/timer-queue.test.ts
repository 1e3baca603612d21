import { seededRandom } from '@shardline/core/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerQueue } from '../src/timer-queue.js';

const nothing = () => {};

function drain(queue: TimerQueue): void {
  for (let run = queue.take(); run; run = queue.take()) run();
}

describe('TimerQueue', () => {
  test('takes timers by due time, then by the order in which they were added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ delayMs: fc.nat({ max: 20 }), cancelled: fc.boolean() }), { maxLength: 300 }),
        (plan) => {
          const queue = new TimerQueue();
          const taken: number[] = [];
          const timers = plan.map(({ delayMs }, index) => queue.add(0, delayMs, () => taken.push(index)));
          plan.forEach(({ cancelled }, index) => {
            if (cancelled) timers[index]?.cancel();
          });
          const expected = plan
            .map((entry, index) => ({ ...entry, index }))
            .filter(({ cancelled }) => !cancelled)
            .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index)
            .map(({ index }) => index);
          expect(queue.size).toBe(expected.length);
          drain(queue);
          expect(taken).toEqual(expected);
          expect(queue.size).toBe(0);
          expect(queue.nextDueMs).toBeUndefined();
        },
      ),
    );
  });

  test('orders timers due together by their rank, when given one', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const random = seededRandom(seed);
      const queue = new TimerQueue(() => random.next());
      const taken: number[] = [];
      for (const name of [1, 2, 3]) queue.add(0, 5, () => taken.push(name));
      queue.add(0, 4, () => taken.push(0));
      drain(queue);
      expect(taken[0]).toBe(0);
      orders.add(taken.join());
    }
    expect(orders.size).toBe(6);
  });

  test('counts timers, and those that keep a process alive', () => {
    const queue = new TimerQueue();
    const first = queue.add(0, 1, nothing);
    queue.add(0, 2, nothing, { keepAlive: false });
    expect([queue.size, queue.keepAliveSize]).toEqual([2, 1]);
    first.cancel();
    first.cancel();
    expect([queue.size, queue.keepAliveSize]).toEqual([1, 0]);
    expect(queue.nextDueMs).toBe(2);
    queue.clear();
    expect([queue.size, queue.keepAliveSize]).toEqual([0, 0]);
    expect(queue.take()).toBeUndefined();
  });

  test('a timer that ran or was cleared can be cancelled without effect', () => {
    const queue = new TimerQueue();
    const ran = queue.add(0, 1, nothing);
    queue.take()?.();
    queue.add(0, 1, nothing);
    ran.cancel();
    expect(queue.size).toBe(1);
    const cleared = queue.add(0, 1, nothing);
    queue.clear();
    queue.add(0, 1, nothing);
    cleared.cancel();
    expect([queue.size, queue.keepAliveSize]).toEqual([1, 1]);
  });

  test('keeps its order through the sweep of cancelled timers', () => {
    const queue = new TimerQueue();
    const taken: number[] = [];
    const timers = Array.from({ length: 1_000 }, (_, index) =>
      queue.add(0, (index * 37) % 10, () => taken.push(index)),
    );
    timers.forEach((timer, index) => {
      if (index % 20 !== 0) timer.cancel();
    });
    expect(queue.size).toBe(50);
    drain(queue);
    const expected = Array.from({ length: 50 }, (_, index) => index * 20);
    expect(taken).toEqual(expected.sort((a, b) => ((a * 37) % 10) - ((b * 37) % 10) || a - b));
  });

  test('a negative delay counts as none, an endless one is never due, NaN is refused', () => {
    const queue = new TimerQueue();
    queue.add(100, -5, nothing);
    expect(queue.nextDueMs).toBe(100);
    queue.clear();
    queue.add(100, Number.POSITIVE_INFINITY, nothing);
    expect(queue.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    expect(() => queue.add(100, Number.NaN, nothing)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'delayMs' }),
    );
    expect(queue.size).toBe(1);
  });
});
