import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { delay, systemClock } from '../src/clock.js';

const days = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

describe('systemClock', () => {
  test('follows timers that a test framework has put in place of the machine’s', () => {
    const startedAt = systemClock.monotonic();
    const ran: number[] = [];
    systemClock.schedule(50, () => ran.push(systemClock.now()));
    vi.advanceTimersByTime(49);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([1_050]);
    expect(systemClock.monotonic() - startedAt).toBe(50);
  });

  test('forgets a cancelled call; cancelling afterwards does nothing', () => {
    const ran: string[] = [];
    const kept = systemClock.schedule(10, () => ran.push('kept'));
    systemClock.schedule(10, () => ran.push('cancelled')).cancel();
    vi.advanceTimersByTime(100);
    kept.cancel();
    expect(ran).toEqual(['kept']);
  });

  test('waits longer than a timer of the machine can', () => {
    const ran: number[] = [];
    systemClock.schedule(60 * days, () => ran.push(systemClock.now()));
    vi.advanceTimersByTime(60 * days - 1);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([1_000 + 60 * days]);
  });

  test('can be cancelled in any stretch of a long wait', () => {
    let ran = false;
    const timer = systemClock.schedule(60 * days, () => {
      ran = true;
    });
    vi.advanceTimersByTime(40 * days);
    timer.cancel();
    vi.advanceTimersByTime(40 * days);
    expect(ran).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('Infinity never comes, less than 0 comes next, NaN is refused', () => {
    const ran: string[] = [];
    systemClock.schedule(Number.POSITIVE_INFINITY, () => ran.push('never')).cancel();
    const never = systemClock.schedule(Number.POSITIVE_INFINITY, () => ran.push('never'));
    systemClock.schedule(-5, () => ran.push('next'));
    vi.advanceTimersByTime(100 * days);
    expect(ran).toEqual(['next']);
    never.cancel();
    expect(() => systemClock.schedule(Number.NaN, () => {})).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'delayMs' }),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps the process alive unless told not to, through a long wait too', () => {
    const held: boolean[] = [];
    const timers: NodeJS.Timeout[] = [];
    const real = setTimeout;
    vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
      const timer = real(run, ms);
      timers.push(timer);
      return timer;
    });
    systemClock.schedule(10, () => {});
    systemClock.schedule(10, () => {}, { keepAlive: true });
    systemClock.schedule(30 * days, () => {}, { keepAlive: false });
    vi.advanceTimersByTime(25 * days);
    for (const timer of timers) held.push(timer.hasRef());
    vi.unstubAllGlobals();
    expect(held).toEqual([true, true, false, false]);
  });
});

describe('delay', () => {
  test('resolves after the time', async () => {
    const events: string[] = [];
    const waiting = delay(systemClock, 100).then(() => events.push('over'));
    await vi.advanceTimersByTimeAsync(99);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(events).toEqual(['over']);
  });

  test('resolves when its signal fires, and leaves neither timer nor listener', async () => {
    const { signal, abort } = watchedSignal();
    const waiting = delay(systemClock, 100, signal.signal);
    abort();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
    expect(signal.listeners()).toBe(0);
  });

  test('removes its listener when the time is over', async () => {
    const { signal } = watchedSignal();
    const waiting = delay(systemClock, 100, signal.signal);
    expect(signal.listeners()).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    await waiting;
    expect(signal.listeners()).toBe(0);
  });

  test('does not wait for a signal that has fired', async () => {
    await delay(systemClock, 100, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A signal that counts its listeners. */
function watchedSignal() {
  const controller = new AbortController();
  let count = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1;
    remove(...args);
  };
  return { signal: { signal, listeners: () => count }, abort: () => controller.abort() };
}
