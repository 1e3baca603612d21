import { ManualClock } from '@shardline/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock.js';
import { Loop, type LoopOptions } from '../src/loop.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** A loop every 100 ms of work that takes `workMs`, and the times at which runs began. */
function loopOf(settings: Partial<LoopOptions> & { readonly workMs?: number } = {}) {
  const { workMs = 0, ...options } = settings;
  const runs: number[] = [];
  const errors: unknown[] = [];
  const loop = new Loop({
    clock: systemClock,
    random: { next: () => 0.5 },
    everyMs: 100,
    jitter: 0,
    run: async () => {
      runs.push(systemClock.now());
      if (workMs > 0) await new Promise<void>((resolve) => void systemClock.schedule(workMs, resolve));
    },
    onError: (error) => errors.push(error),
    ...options,
  });
  return { loop, runs, errors };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('Loop', () => {
  test('runs again and again, pausing between the end of a run and the start of the next', async () => {
    const { loop, runs } = loopOf({ workMs: 30 });
    loop.start('now');
    await pass(400);
    expect(runs).toEqual([0, 130, 260, 390]);
  });

  test('begins with a pause if asked to', async () => {
    const { loop, runs } = loopOf();
    loop.start('later');
    await pass(250);
    expect(runs).toEqual([100, 200]);
  });

  test('shortens its pauses by the jitter', async () => {
    const { loop, runs } = loopOf({ jitter: 0.4 });
    loop.start('now');
    await pass(200);
    expect(runs).toEqual([0, 80, 160]);
  });

  test('hands on what a run throws, and goes on', async () => {
    const failure = new Error('second run');
    let count = 0;
    const { loop, errors } = loopOf({
      run: async () => {
        count += 1;
        if (count === 2) throw failure;
      },
    });
    loop.start('now');
    await pass(250);
    expect(count).toBe(3);
    expect(errors).toEqual([failure]);
  });

  test('survives a run that throws before its first wait', async () => {
    const { loop, errors } = loopOf({
      run: () => {
        throw new Error('at once');
      },
    });
    loop.start('now');
    await pass(150);
    expect(errors).toHaveLength(2);
  });

  test('runSoon ends a pause', async () => {
    const { loop, runs } = loopOf();
    loop.start('now');
    await pass(40);
    loop.runSoon();
    await pass(120);
    expect(runs).toEqual([0, 40, 140]);
  });

  test('runSoon during a run has another follow at once, but one only, and never beside it', async () => {
    const { loop, runs } = loopOf({ workMs: 30 });
    loop.start('now');
    await pass(10);
    loop.runSoon();
    loop.runSoon();
    await pass(150);
    expect(runs).toEqual([0, 30, 160]);
  });

  test('stop ends a pause at once', async () => {
    const { loop, runs } = loopOf();
    loop.start('now');
    await pass(50);
    await loop.stop();
    await pass(1_000);
    expect(runs).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stop tells the run under way, and waits for it', async () => {
    const events: string[] = [];
    const { loop } = loopOf({
      run: async (signal) => {
        signal.addEventListener('abort', () => events.push('told'));
        await new Promise<void>((resolve) => void systemClock.schedule(50, resolve));
        events.push('run ended');
      },
    });
    loop.start('now');
    await pass(10);
    const stopping = loop.stop().then(() => events.push('stopped'));
    await pass(100);
    await stopping;
    expect(events).toEqual(['told', 'run ended', 'stopped']);
  });

  test('stop during the first pause lets no run start', async () => {
    const { loop, runs } = loopOf();
    loop.start('later');
    await loop.stop();
    await pass(500);
    expect(runs).toEqual([]);
  });

  test('starts once, and again after a stop', async () => {
    const { loop, runs } = loopOf();
    loop.start('now');
    loop.start('now');
    await pass(50);
    await loop.stop();
    await loop.stop();
    loop.start('now');
    await pass(120);
    expect(runs).toEqual([0, 50, 150]);
  });

  test('a loop that never ran can be stopped', async () => {
    const { loop, runs } = loopOf();
    loop.runSoon();
    await loop.stop();
    expect(runs).toEqual([]);
  });

  test('its pauses do not keep the process alive', async () => {
    const settings: unknown[] = [];
    const clock: LoopOptions['clock'] = {
      ...systemClock,
      schedule: (delayMs, run, options) => {
        settings.push(options);
        return systemClock.schedule(delayMs, run, options);
      },
    };
    const { loop } = loopOf({ clock });
    loop.start('now');
    await pass(50);
    expect(settings).toEqual([{ keepAlive: false }]);
    await loop.stop();
  });
});

test('a run that ends with the reason of its signal has not failed; one that throws something else has', async () => {
  const clock = new ManualClock();
  const errors: unknown[] = [];
  for (const own of [false, true]) {
    const loop = new Loop({
      clock,
      random: { next: () => 0 },
      everyMs: 100,
      jitter: 0,
      run: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(own ? new Error('late') : signal.reason));
        }),
      onError: (error) => errors.push(error),
    });
    loop.start('now');
    await loop.stop();
  }
  expect(errors).toMatchObject([{ message: 'late' }]);
});
