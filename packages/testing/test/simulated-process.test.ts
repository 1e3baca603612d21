import { delay } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { describe, expect, test } from 'vitest';
import { readStream } from '../src/read-stream.js';
import { type SimulationReport, simulate, type World } from '../src/simulate.js';

const run = <Result>(
  scenario: (world: World) => Promise<Result>,
  seed = 1,
): Promise<SimulationReport<Result>> => simulate({ seed }, scenario);

describe('a simulated process', () => {
  test('is one process for one name, and a fresh one after a kill', async () => {
    await run(async (world) => {
      const first = world.process('a');
      expect(world.process('a')).toBe(first);
      first.kill();
      const second = world.process('a');
      expect(second).not.toBe(first);
      expect([first.alive, second.alive]).toEqual([false, true]);
      expect(second.random.next()).not.toBe(first.random.next());
    });
  });

  test('killed: its timers never run, not even those set later, and its tasks never settle', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const events: string[] = [];
      member.clock.schedule(5, () => events.push('early'));
      member.clock.schedule(15, () => events.push('late'));
      let resolveInside = (): void => {};
      void member
        .spawn(() => new Promise<void>((resolve) => (resolveInside = resolve)))
        .then(() => events.push('task'));
      await world.delay(10);
      member.kill();
      resolveInside();
      const inert = member.clock.schedule(1, () => events.push('after death'));
      inert.cancel();
      member.resume();
      await world.delay(1_000);
      expect(events).toEqual(['early']);
      expect([member.alive, member.paused]).toEqual([false, false]);
    });
  });

  test('killed: a task that rejects afterwards fails nothing', async () => {
    await run(async (world) => {
      const member = world.process('a');
      let rejectInside = (_: Error): void => {};
      void member.spawn(() => new Promise<void>((_, reject) => (rejectInside = reject)));
      await world.delay(1);
      member.kill();
      rejectInside(new Error('nobody is there'));
      await world.delay(1);
    });
  });

  test('killed: its connections end, so that a call under way may be stored late', async () => {
    await run(async (world) => {
      const { clock, random } = world;
      const kinesis = new LocalKinesis({
        clock,
        random,
        streams: [{ name: 's', shards: 1 }],
        faults: [{ kind: 'storeLate', operation: 'PutRecord', afterMs: 500 }],
      });
      const stored = async () => {
        let count = 0;
        for await (const page of readStream({ kinesis, stream: 's', clock, random, settleMs: 0 }))
          count += page.records;
        return count;
      };
      const member = world.process('a');
      const put = member.remote((input: object) =>
        kinesis.call('PutRecord', input, { signal: member.signal }),
      );
      const settled: unknown[] = [];
      const note = (outcome: unknown) => settled.push(outcome);
      void member.spawn(() =>
        put({ StreamName: 's', PartitionKey: 'k', Data: Buffer.from('1') }).then(note, note),
      );
      await world.delay(1_000);
      expect(await stored()).toBe(0);
      expect(member.signal.aborted).toBe(false);
      member.kill();
      expect(member.signal.aborted).toBe(true);
      await world.delay(1_000);
      expect(await stored()).toBe(1);
      expect(settled).toEqual([]);
      expect(world.process('a').signal.aborted).toBe(false);
    });
  });

  test('killed before it started: a task does not run', async () => {
    await run(async (world) => {
      const member = world.process('a');
      let ran = false;
      void member.spawn(() => {
        ran = true;
      });
      member.kill();
      await world.delay(10);
      expect(ran).toBe(false);
    });
  });

  test('paused: timers run late, in their order, when it resumes', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const ran: string[] = [];
      const note = (name: string) => () => ran.push(`${name}@${world.clock.monotonic()}`);
      member.clock.schedule(30, note('c'));
      member.clock.schedule(10, note('a'));
      member.clock.schedule(20, note('b'));
      member.clock.schedule(200, note('d'));
      await world.delay(5);
      member.pause();
      expect(member.paused).toBe(true);
      await world.delay(95);
      expect(ran).toEqual([]);
      member.resume();
      await world.delay(0);
      await world.delay(200);
      expect(ran).toEqual(['a@100', 'b@100', 'c@100', 'd@200']);
    });
  });

  test('paused for a time: it resumes by itself; a new pause replaces the old', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const ran: number[] = [];
      member.clock.schedule(10, () => ran.push(world.clock.monotonic()));
      member.pause(50);
      await world.delay(20);
      member.pause(100);
      await world.delay(200);
      expect(ran).toEqual([120]);
      member.pause(1_000);
      member.resume();
      member.clock.schedule(10, () => ran.push(world.clock.monotonic()));
      await world.delay(20);
      expect(ran).toEqual([120, 230]);
    });
  });

  test('killed while paused for a time: it does not come back', async () => {
    await run(async (world) => {
      const member = world.process('a');
      let ran = false;
      member.clock.schedule(1, () => {
        ran = true;
      });
      member.pause(10);
      member.kill();
      await world.delay(100);
      expect([ran, member.alive]).toEqual([false, false]);
    });
  });

  test('has a wall clock that may be off, and a monotonic origin of its own', async () => {
    await run(async (world) => {
      const a = world.process('a');
      const b = world.process('b');
      a.skewMs = -250;
      await world.delay(40);
      expect(a.clock.now() - world.clock.now()).toBe(-250);
      expect(b.clock.now()).toBe(world.clock.now());
      expect(a.clock.monotonic()).not.toBe(b.clock.monotonic());
      const before = a.clock.monotonic();
      a.skewMs = 5_000;
      await world.delay(10);
      expect(a.clock.monotonic() - before).toBe(10);
      expect(a.clock.now() - world.clock.now()).toBe(5_000);
    });
  });

  test('hands its tasks results to whoever spawned them', async () => {
    const { value } = await run((world) => world.process('a').spawn(() => 42));
    expect(value).toBe(42);
  });
});

describe('a remote call', () => {
  const slowEcho = (world: World) => async (text: string) => {
    await world.delay(20);
    if (text === 'bad') throw new Error('refused');
    return text.toUpperCase();
  };

  test('brings its result or its error back as an event of the process', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const echo = member.remote(slowEcho(world));
      await member.spawn(async () => {
        expect(await echo('yes')).toBe('YES');
        await expect(echo('bad')).rejects.toThrow('refused');
        expect(world.clock.monotonic()).toBe(40);
      });
    });
  });

  test('settles when a paused process resumes', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const settled: number[] = [];
      const echo = member.remote(slowEcho(world));
      void member.spawn(() => echo('x').then(() => settled.push(world.clock.monotonic())));
      await world.delay(5);
      member.pause(100);
      await world.delay(90);
      expect(settled).toEqual([]);
      await world.delay(90);
      expect(settled).toEqual([105]);
    });
  });

  test('issued while paused, it leaves when the process resumes', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const calledAt: number[] = [];
      const call = member.remote(async () => {
        calledAt.push(world.clock.monotonic());
      });
      member.pause(30);
      void call();
      await world.delay(100);
      expect(calledAt).toEqual([30]);
    });
  });

  test('never settles for a killed process; what it did outside stays done', async () => {
    await run(async (world) => {
      const member = world.process('a');
      const stored: string[] = [];
      const settled: string[] = [];
      const store = member.remote(async (text: string) => {
        await world.delay(20);
        stored.push(text);
      });
      void member.spawn(() => store('sent before').then(() => settled.push('before')));
      await world.delay(10);
      member.kill();
      void store('sent after').then(() => settled.push('after'));
      await world.delay(100);
      expect(stored).toEqual(['sent before']);
      expect(settled).toEqual([]);
    });
  });

  test('results that arrive together are ordered by the seed between processes, not within one', async () => {
    const play = async (world: World) => {
      const arrivals: string[] = [];
      const now = async (name: string) => name;
      const tasks = ['a', 'b'].map((name) => {
        const member = world.process(name);
        const call = member.remote(now);
        return member.spawn(async () => {
          await delay(member.clock, 10);
          await Promise.all(
            [1, 2].map((index) => call(`${name}${index}`).then((text) => arrivals.push(text))),
          );
        });
      });
      await Promise.all(tasks);
      return arrivals.join();
    };
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) seen.add((await run(play, seed)).value);
    expect(seen.size).toBeGreaterThan(3);
    for (const order of seen) {
      expect(order.indexOf('a1')).toBeLessThan(order.indexOf('a2'));
      expect(order.indexOf('b1')).toBeLessThan(order.indexOf('b2'));
    }
  });
});
