import { createRequire, syncBuiltinESMExports } from 'node:module';
import { describe, expect, test, vi } from 'vitest';
import { eachTurn } from '../src/turns.js';

describe('eachTurn', () => {
  test('runs a promise chain of depth 50 to its end before the next step', async () => {
    const log: string[] = [];
    let step = 0;
    await eachTurn(() => {
      if (step === 200) return false;
      step += 1;
      const name = step;
      log.push(`step ${name}`);
      void (async () => {
        for (let depth = 0; depth < 50; depth += 1) await null;
        log.push(`end ${name}`);
      })();
      return true;
    });
    const expected = Array.from({ length: 200 }, (_, index) => [`step ${index + 1}`, `end ${index + 1}`]);
    expect(log).toEqual(expected.flat());
  });

  test('runs ticks and promise jobs that queue each other to their end before the next step', async () => {
    let open = 0;
    let step = 0;
    await eachTurn(() => {
      expect(open).toBe(0);
      if (step === 200) return false;
      step += 1;
      open += 1;
      void (async () => {
        for (let depth = 0; depth < 20; depth += 1) {
          await new Promise<void>((resolve) => process.nextTick(resolve));
          await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));
        }
        open -= 1;
      })();
      return true;
    });
    expect(step).toBe(200);
  });

  test('lets what is ready run before the first step', async () => {
    let ready = false;
    void (async () => {
      for (let depth = 0; depth < 50; depth += 1) await null;
      ready = true;
    })();
    await eachTurn(() => {
      expect(ready).toBe(true);
      return false;
    });
  });

  test('stops at the first answer of false', async () => {
    let steps = 0;
    await eachTurn(() => {
      steps += 1;
      return steps < 3;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toBe(3);
  });

  test('rejects with what a step throws, and stops', async () => {
    const failure = new Error('third step');
    let steps = 0;
    const turns = eachTurn(() => {
      steps += 1;
      if (steps === 3) throw failure;
      return true;
    });
    await expect(turns).rejects.toBe(failure);
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toBe(3);
  });

  test('goes on under fake timers', async () => {
    vi.useFakeTimers();
    try {
      let steps = 0;
      await eachTurn(() => {
        steps += 1;
        return steps < 100;
      });
      expect(steps).toBe(100);
    } finally {
      vi.useRealTimers();
    }
  });

  test('goes on when the timers module itself is replaced, as fake timers do for CommonJS', async () => {
    const timers = createRequire(import.meta.url)('node:timers') as { setImmediate: unknown };
    const own = timers.setImmediate;
    timers.setImmediate = () => {
      throw new Error('a faked setImmediate was called');
    };
    syncBuiltinESMExports();
    try {
      let steps = 0;
      await eachTurn(() => {
        steps += 1;
        return steps < 10;
      });
      expect(steps).toBe(10);
    } finally {
      timers.setImmediate = own;
      syncBuiltinESMExports();
    }
  });
});
