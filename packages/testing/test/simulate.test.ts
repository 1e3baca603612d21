import { delay } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import { simulate, type World } from '../src/simulate.js';
import type { SimulationError } from '../src/simulation-error.js';

async function failureOf(simulated: Promise<unknown>): Promise<SimulationError> {
  return simulated.then(
    () => expect.unreachable('the simulation should have failed'),
    (error) => error,
  );
}

/** Three processes that wake at the same time and note the order in which they do. */
async function race(world: World): Promise<string> {
  const order: string[] = [];
  const tasks = ['a', 'b', 'c'].map((name) => {
    const member = world.process(name);
    return member.spawn(async () => {
      await delay(member.clock, 10);
      order.push(name);
    });
  });
  await Promise.all(tasks);
  return order.join('');
}

describe('simulate', () => {
  test('plays a day in virtual time and reports it', async () => {
    const report = await simulate({ seed: 1, maxVirtualMs: 86_400_000 }, async (world) => {
      const startMs = world.clock.now();
      for (let hour = 0; hour < 24; hour += 1) await world.delay(3_600_000);
      return world.clock.now() - startMs;
    });
    expect(report).toMatchObject({ value: 86_400_000, steps: 24, virtualMs: 86_400_000 });
  });

  test('takes the same course for the same seed, another for another', async () => {
    const play = (seed: number) =>
      simulate({ seed }, async (world) => {
        const draws: number[] = [];
        const member = world.process('a');
        for (let turn = 0; turn < 5; turn += 1) {
          draws.push(world.random.next(), member.random.next());
          await world.delay(world.random.next() * 100);
        }
        return draws.join();
      });
    const first = await play(7);
    expect(await play(7)).toEqual(first);
    const other = await play(8);
    expect(other.value).not.toBe(first.value);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  test('the random source of a process does not depend on the processes beside it', async () => {
    const draw = (others: readonly string[]) =>
      simulate({ seed: 3 }, async (world) => {
        const drawn = world.process('a').random.next();
        for (const name of others) world.process(name).random.next();
        return [drawn, world.random.next(), world.process('a').random.next()].join();
      });
    expect((await draw(['b', 'c'])).value).toBe((await draw([])).value);
  });

  test('lets the seed order processes that wake together: every order comes up', async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) orders.add((await simulate({ seed }, race)).value);
    expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });

  test('keeps the ties of one process in the order set, unless told otherwise', async () => {
    const play = (seed: number, tiesWithinProcess?: 'random') =>
      simulate({ seed, ...(tiesWithinProcess && { tiesWithinProcess }) }, async (world) => {
        const order: number[] = [];
        const { clock } = world.process('a');
        for (const name of [1, 2, 3]) clock.schedule(5, () => order.push(name));
        await world.delay(6);
        return order.join('');
      });
    const orders = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      expect((await play(seed)).value).toBe('123');
      orders.add((await play(seed, 'random')).value);
    }
    expect(orders.size).toBe(6);
  });

  test('a promise chain of depth 50 ends before the next timer of any process', async () => {
    await simulate({ seed: 5 }, async (world) => {
      let open = 0;
      const tasks = Array.from({ length: 20 }, (_, index) => {
        const member = world.process(`p${index}`);
        return member.spawn(async () => {
          for (let turn = 0; turn < 10; turn += 1) {
            await delay(member.clock, 1);
            expect(open).toBe(0);
            open += 1;
            for (let depth = 0; depth < 50; depth += 1) await null;
            await new Promise<void>((resolve) => process.nextTick(resolve));
            open -= 1;
          }
        });
      });
      await Promise.all(tasks);
    });
  });

  test('drops what still runs when the scenario ends', async () => {
    let ticks = 0;
    await simulate({ seed: 1 }, async (world) => {
      const { clock } = world.process('ticker');
      const tick = () => {
        ticks += 1;
        clock.schedule(1, tick);
      };
      tick();
      await world.delay(9.5);
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ticks).toBe(10);
  });
});

describe('a simulation that fails', () => {
  test('says how: the seed, the time, the trace and the command to replay it', async () => {
    const cause = new Error('two records swapped');
    const error = await failureOf(
      simulate({ seed: 41, traceLines: 3 }, async (world) => {
        for (let line = 1; line <= 10; line += 1) world.trace(`line ${line}`);
        await world.delay(12.5);
        world.process('reader').trace('about to look');
        throw cause;
      }),
    );
    expect(error).toMatchObject({
      name: 'SimulationError',
      code: 'SIMULATION_FAILED',
      retryable: false,
      reason: 'scenario',
      seed: 41,
      virtualMs: 12.5,
      steps: 1,
      replayCommand: 'SIMULATION_SEED=41 <your test command>',
    });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(
      [
        'Simulation with seed 41 failed after 12.5 ms of virtual time and 1 steps: Error: two records swapped',
        'Replay: SIMULATION_SEED=41 <your test command>',
        'Trace, newest last:',
        '         0.000 ms  world: line 9',
        '         0.000 ms  world: line 10',
        '        12.500 ms  reader: about to look',
      ].join('\n'),
    );
  });

  test('hands on the whole trace, and names another command, when asked to', async () => {
    const lines: string[] = [];
    const options = {
      seed: 9,
      traceLines: 0,
      onTrace: (line: string) => lines.push(line.trim()),
      replayCommand: (seed: number) => `npm test -- --seed ${seed}`,
    };
    const error = await failureOf(
      simulate(options, async (world) => {
        world.trace('one');
        world.trace('two');
        throw new Error('no');
      }),
    );
    expect(lines).toEqual(['0.000 ms  world: one', '0.000 ms  world: two']);
    expect(error.message).toContain('Replay: npm test -- --seed 9\n');
    expect(error.trace).toEqual([]);
  });

  test('deadlock: nothing is left that could wake the scenario', async () => {
    const error = await failureOf(
      simulate({ seed: 1 }, async (world) => {
        world.process('sleeper').pause();
        world.process('sleeper').clock.schedule(1, () => {});
        await world.delay(3);
        await new Promise(() => {});
      }),
    );
    expect(error).toMatchObject({ reason: 'deadlock', virtualMs: 3, steps: 1 });
    expect(error.message).toContain('no timer is left that could wake anything. Paused: sleeper.');
  });

  test('deadlock: a timer with an endless delay does not hide it', async () => {
    const error = await failureOf(simulate({ seed: 1 }, (world) => world.delay(Number.POSITIVE_INFINITY)));
    expect(error.reason).toBe('deadlock');
  });

  test('bounds: virtual time and steps', async () => {
    const forever = async (world: World) => {
      for (;;) await world.delay(10);
    };
    const slow = await failureOf(simulate({ seed: 1, maxVirtualMs: 1_000 }, forever));
    expect(slow).toMatchObject({ reason: 'max-virtual-time', virtualMs: 1_000, steps: 100 });
    const busy = await failureOf(simulate({ seed: 1, maxSteps: 5_000 }, forever));
    expect(busy).toMatchObject({ reason: 'max-steps', steps: 5_000 });
    await simulate({ seed: 1, maxVirtualMs: 10, maxSteps: 1 }, (world) => world.delay(10));
  });

  test('a task that rejects, in a live process', async () => {
    const cause = new TypeError('in a task');
    const error = await failureOf(
      simulate({ seed: 1 }, async (world) => {
        void world.process('worker').spawn(async () => {
          throw cause;
        });
        await world.delay(100);
      }),
    );
    expect(error).toMatchObject({ reason: 'task', virtualMs: 0 });
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('a task of process "worker" rejected: TypeError: in a task');
  });

  test('a timer that throws', async () => {
    const cause = new Error('in a timer');
    const error = await failureOf(
      simulate({ seed: 1 }, async (world) => {
        world.process('worker').clock.schedule(5, () => {
          throw cause;
        });
        await world.delay(100);
      }),
    );
    expect(error).toMatchObject({ reason: 'timer', virtualMs: 5 });
    expect(error.cause).toBe(cause);
  });

  test('a rejection that nobody handles', async () => {
    const theRunners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const error = await failureOf(
        simulate({ seed: 1 }, async (world) => {
          void Promise.reject(new Error('forgotten'));
          await world.delay(100);
        }),
      );
      expect(error).toMatchObject({ reason: 'unhandled-rejection', virtualMs: 0 });
      expect(process.listenerCount('unhandledRejection')).toBe(0);
    } finally {
      for (const listener of theRunners) process.on('unhandledRejection', listener);
    }
  });

  test('the first failure is the one told', async () => {
    const error = await failureOf(
      simulate({ seed: 1 }, async (world) => {
        const { clock } = world.process('worker');
        clock.schedule(1, () => {
          throw new Error('first');
        });
        clock.schedule(1, () => {
          throw new Error('second');
        });
        await world.delay(1);
        await world.delay(1);
      }),
    );
    expect(error.message).toContain('Error: first');
  });

  test('options out of range are refused', async () => {
    const scenario = async () => {};
    for (const seed of [-1, 1.5, 2 ** 32, Number.NaN]) {
      await expect(simulate({ seed }, scenario)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        option: 'seed',
      });
    }
    await expect(simulate({ seed: 1, maxSteps: 0 }, scenario)).rejects.toMatchObject({ option: 'maxSteps' });
  });
});
