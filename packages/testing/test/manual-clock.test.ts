import { delay } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../src/manual-clock.js';

describe('ManualClock', () => {
  test('stands still until advanced; wall and monotonic time then move together', async () => {
    const clock = new ManualClock({ nowMs: 1_000 });
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    await clock.advance(250.5);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250.5, 250.5]);
    expect(new ManualClock().now()).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  test('runs due timers by time, ties in the order set, each at its own time', async () => {
    const clock = new ManualClock({ nowMs: 0 });
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
    clock.schedule(20, note('c'));
    clock.schedule(10, note('a'));
    clock.schedule(10, note('b'));
    clock.schedule(30, note('late'));
    await clock.advance(25);
    expect(ran).toEqual(['a@10', 'b@10', 'c@20']);
    expect(clock.pending).toBe(1);
    expect(clock.monotonic()).toBe(25);
    await clock.advance(5);
    expect(ran.at(-1)).toBe('late@30');
  });

  test('runs timers that are set while it advances', async () => {
    const clock = new ManualClock({ nowMs: 0 });
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.now());
      clock.schedule(10, again);
    };
    clock.schedule(0, again);
    await clock.advance(35);
    expect(ran).toEqual([0, 10, 20, 30]);
  });

  test('a promise chain of depth 50 ends before the next timer runs, and before advance returns', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    for (const name of ['first', 'second']) {
      clock.schedule(5, () => {
        log.push(`${name} timer`);
        void (async () => {
          for (let depth = 0; depth < 50; depth += 1) await null;
          log.push(`${name} chain`);
        })();
      });
    }
    await clock.advance(5);
    expect(log).toEqual(['first timer', 'first chain', 'second timer', 'second chain']);
  });

  test('a task that waits again and again makes all its progress in one advance', async () => {
    const clock = new ManualClock();
    let waits = 0;
    const task = (async () => {
      for (; waits < 100; waits += 1) await delay(clock, 10);
      return clock.monotonic();
    })();
    await clock.advance(999);
    expect(waits).toBe(99);
    await clock.advance(1);
    await expect(task).resolves.toBe(1_000);
  });

  test('a cancelled timer does not run, even when cancelled by one due at the same time', async () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.schedule(10, () => second.cancel());
    const second = clock.schedule(10, () => ran.push('second'));
    const third = clock.schedule(20, () => ran.push('third'));
    third.cancel();
    await clock.advance(100);
    expect(ran).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('setNow moves the wall clock only', async () => {
    const clock = new ManualClock({ nowMs: 0 });
    let ranAt = Number.NaN;
    clock.schedule(100, () => {
      ranAt = clock.monotonic();
    });
    clock.setNow(new Date(3_600_000));
    expect([clock.now(), clock.monotonic()]).toEqual([3_600_000, 0]);
    clock.setNow(-50);
    await clock.advance(100);
    expect([clock.now(), clock.monotonic(), ranAt]).toEqual([50, 100, 100]);
  });

  test('runUntilIdle runs until nothing is left that keeps a process alive', async () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    const background = () => {
      ran.push('background');
      clock.schedule(30, background, { keepAlive: false });
    };
    clock.schedule(30, background, { keepAlive: false });
    clock.schedule(50, () => clock.schedule(50, () => ran.push('work')));
    clock.schedule(Number.POSITIVE_INFINITY, () => ran.push('never'), { keepAlive: false });
    await clock.runUntilIdle();
    expect(ran).toEqual(['background', 'background', 'background', 'work']);
    expect(clock.monotonic()).toBe(100);
    expect(clock.pending).toBe(2);
  });

  test('an endless timer does not make runUntilIdle hang', async () => {
    const clock = new ManualClock();
    clock.schedule(Number.POSITIVE_INFINITY, () => {});
    clock.schedule(5, () => {});
    await clock.runUntilIdle();
    expect(clock.monotonic()).toBe(5);
  });

  test('advance rejects with what a timer throws; the timers after it stay', async () => {
    const clock = new ManualClock();
    const failure = new Error('in a timer');
    clock.schedule(10, () => {
      throw failure;
    });
    clock.schedule(20, () => {});
    await expect(clock.advance(50)).rejects.toBe(failure);
    expect(clock.monotonic()).toBe(10);
    expect(clock.pending).toBe(1);
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  test('refuses a negative, endless or absent time', async () => {
    const clock = new ManualClock();
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(clock.advance(ms)).rejects.toMatchObject({ code: 'INVALID_OPTION', option: 'ms' });
    }
  });

  test('refuses options that it does not know, or that are wrong', () => {
    const wrong: readonly [string, unknown][] = [
      ['nowMs', Number.NaN],
      ['nowMs', new Date(0)],
      ['maxTimers', 0],
      ['maxTimers', 1.5],
      ['now', 0],
    ];
    for (const [option, value] of wrong) {
      expect(() => new ManualClock({ [option]: value })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', option }),
      );
    }
    expect(() => new ManualClock().setNow(new Date('no date'))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'now' }),
    );
  });

  test('refuses to advance twice at once', async () => {
    const clock = new ManualClock();
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toMatchObject({ code: 'MANUAL_CLOCK' });
    await first;
    expect(clock.monotonic()).toBe(10);
  });

  test('gives up on a timer that renews itself with no delay', async () => {
    const clock = new ManualClock({ maxTimers: 1_000 });
    const again = () => {
      clock.schedule(0, again);
    };
    again();
    await expect(clock.advance(1)).rejects.toThrow(/1000 timers ran/);
    await expect(clock.runUntilIdle()).rejects.toMatchObject({ code: 'MANUAL_CLOCK' });
  });
});
