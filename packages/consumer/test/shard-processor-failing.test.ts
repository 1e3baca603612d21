import { describe, expect, test } from 'vitest';
import { HandlerFailedError, HandlerStalledError } from '../src/errors.js';
import { failing, notingHandler, ProcessorWorld, placeOf, twoChildren } from './support/processor-world.js';
import { shardId } from './support/shard-tree.js';

const forEver = () => new Promise<void>(() => undefined);

describe('onRecord that fails', () => {
  test('is called again with the same record, the shard’s others wait', async () => {
    const seen: string[] = [];
    const fail = failing(3);
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        seen.push(record.text());
        if (record.text() === 'b') fail();
      },
    });
    world.source.write(['a', 'b', 'c']);
    world.source.write(['d']);
    await world.clock.advance(60_000);
    expect(seen).toEqual(['a', 'b', 'b', 'b', 'b', 'c', 'd']);
  });

  test('the pauses grow, to 30 s at most', async () => {
    const world = await ProcessorWorld.begin({ onRecord: failing(1_000) });
    world.source.write(['a']);
    await world.clock.advance(550_000);
    const pauses = world.eventsOf('handler-failed').map(({ delayMs }) => delayMs);
    expect(pauses.length).toBeGreaterThan(15);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeLessThan(Math.min(200 * 2 ** index, 30_000));
    }
    expect(Math.max(...pauses.slice(0, 4))).toBeLessThan(1_600);
    expect(Math.max(...pauses.slice(10))).toBeGreaterThan(15_000);
  });

  test('is told of: how often, at which record, with its error', async () => {
    const cause = new TypeError('no');
    const fail = failing(2);
    const world = await ProcessorWorld.begin({
      onRecord: async (record) => {
        if (record.text() !== 'b') return;
        try {
          fail();
        } catch {
          throw cause;
        }
      },
    });
    world.source.write([['a', 'b'], 'c']);
    await world.clock.advance(10_000);
    expect(world.eventsOf('handler-failed')).toMatchObject(
      [1, 2].map((attempts) => ({
        reason: 'threw',
        shardId: shardId(0),
        call: 'onRecord',
        sequenceNumber: expect.stringMatching(/^4966.*1$/),
        subSequenceNumber: 1,
        attempts,
        error: cause,
      })),
    );
    expect(world.errors).toHaveLength(2);
    expect(world.errors[1]).toBeInstanceOf(HandlerFailedError);
    expect(world.errors[1]).toMatchObject({
      code: 'HANDLER_FAILED',
      retryable: true,
      call: 'onRecord',
      at: { subSequenceNumber: 1 },
      attempts: 2,
      cause,
    });
  });

  test('attempts are counted for each record, health heals when the record is done and not when the batch is', async () => {
    const fails: Record<string, () => void> = { a: failing(2), b: failing(1) };
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        fails[record.text()]?.();
        if (record.text() === 'c') return forEver();
        return undefined;
      },
    });
    world.source.write(['a', 'b', 'c']);
    await world.clock.advance(30_000);
    expect(world.eventsOf('handler-failed').map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
    expect(world.health()).toMatchObject({ healthy: true, reason: undefined, processedRecords: 2 });
  });

  test('what came before it is stored, it itself is not (C1)', async () => {
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        if (record.text() === 'c') throw new Error('no');
      },
    });
    world.source.write(['a', 'b', 'c']);
    await world.clock.advance(30_000);
    expect(placeOf((await world.stored()).checkpoint)).toBe('2');
    expect(world.over.released).toBe(false);
  });
});

describe('processRecords that fails', () => {
  test('is given the same batch again, never the next one (the KCL skips it)', async () => {
    const log: string[] = [];
    const fail = failing(2);
    let calls = 0;
    const processRecords = () => {
      calls += 1;
      if (calls > 1) fail();
    };
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log, { processRecords }) });
    for (const batch of [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ])
      world.source.write(batch);
    await world.clock.advance(60_000);
    expect(log.slice(1)).toEqual([
      'processRecords 1/0 a, 2/0 b',
      'processRecords 3/0 c, 4/0 d',
      'processRecords 3/0 c, 4/0 d',
      'processRecords 3/0 c, 4/0 d',
      'processRecords 5/0 e, 6/0 f',
    ]);
    expect(world.eventsOf('handler-failed')).toMatchObject([
      { call: 'processRecords', attempts: 1, sequenceNumber: expect.stringMatching(/3$/) },
      { call: 'processRecords', attempts: 2 },
    ]);
    expect(placeOf((await world.stored()).checkpoint)).toBe('6');
  });

  test.each([true, false])(
    'checkpoint() without a place does not pass it afterwards (C1; manual: %s)',
    async (manual) => {
      let calls = 0;
      const world = await ProcessorWorld.begin({
        manual,
        shardHandler: () => ({
          processRecords: () => {
            calls += 1;
            if (calls > 1) throw new Error('no');
          },
          shutdownRequested: ({ checkpointer }) => checkpointer.checkpoint(),
        }),
      });
      world.source.write(['a', 'b']);
      world.source.write(['c', 'd']);
      await world.clock.advance(20_000);
      world.processor.leave('stop');
      await world.clock.advance(0);
      expect(placeOf((await world.stored()).checkpoint)).toBe('2');
      expect((await world.stored()).leaseOwner).toBeUndefined();
    },
  );
});

describe('the handler’s other calls', () => {
  test('shardHandler and initialize are tried again (71)', async () => {
    const log: string[] = [];
    const make = failing(2);
    const initialize = failing(2);
    const world = await ProcessorWorld.begin({
      shardHandler: () => {
        make();
        return notingHandler(log, { initialize });
      },
    });
    world.source.write(['a']);
    await world.clock.advance(0);
    expect(world.health()).toMatchObject({ state: 'retrying', healthy: false });
    expect(world.source.starts).toEqual([]);
    await world.clock.advance(30_000);
    const start = 'initialize TRIM_HORIZON';
    expect(log).toEqual([start, start, start, 'processRecords 1/0 a']);
    expect(world.eventsOf('handler-failed').map(({ call, attempts }) => [call, attempts])).toEqual([
      ['shardHandler', 1],
      ['shardHandler', 2],
      ['initialize', 1],
      ['initialize', 2],
    ]);
    expect(world.health().healthy).toBe(true);
  });

  test('shardEnded is tried again, and SHARD_END waits for it', async () => {
    const log: string[] = [];
    const shardEnded = failing(3);
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log, { shardEnded }) });
    world.source.write(['a'], twoChildren);
    await world.clock.advance(0);
    expect(placeOf((await world.stored()).checkpoint)).toBe('TRIM_HORIZON');
    await world.clock.advance(30_000);
    expect(log.slice(-4)).toEqual(['shardEnded', 'shardEnded', 'shardEnded', 'shardEnded']);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
    // The children's leases were made once.
    expect(world.log.filter((what) => what === 'children')).toHaveLength(1);
  });

  test('by hand, shardEnded that does not checkpoint is told of and called again (73)', async () => {
    let calls = 0;
    const world = await ProcessorWorld.begin({
      manual: true,
      shardHandler: () => ({
        processRecords: () => undefined,
        shardEnded: async ({ checkpointer }) => {
          calls += 1;
          if (calls === 3) await checkpointer.checkpoint();
        },
      }),
    });
    world.source.write(['a'], twoChildren);
    await world.clock.advance(0);
    expect(world.errors).toMatchObject([
      { code: 'HANDLER_FAILED', call: 'shardEnded', cause: { code: 'SHARD_END_NOT_CHECKPOINTED' } },
    ]);
    await world.clock.advance(30_000);
    expect([calls, world.errors.length]).toEqual([3, 2]);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
    expect(world.eventsOf('shard-ended')).toHaveLength(1);
  });

  test('shutdownRequested that throws is told of once, and the lease given up all the same (77)', async () => {
    const log: string[] = [];
    const shutdownRequested = failing(5);
    const world = await ProcessorWorld.begin({
      shardHandler: () => notingHandler(log, { shutdownRequested }),
    });
    world.source.write(['a']);
    await world.clock.advance(0);
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect(world.errors).toMatchObject([
      { code: 'HANDLER_FAILED', call: 'shutdownRequested', retryable: false },
    ]);
    expect(log.at(-1)).toBe('shutdownRequested');
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
  });

  test('leaseLost that throws is told of once', async () => {
    const log: string[] = [];
    const leaseLost = failing(5);
    const world = await ProcessorWorld.begin({ shardHandler: () => notingHandler(log, { leaseLost }) });
    await world.takenByOther();
    await world.clock.advance(60_000);
    expect(log.filter((call) => call === 'leaseLost')).toHaveLength(1);
    expect(world.errors).toMatchObject([{ code: 'HANDLER_FAILED', call: 'leaseLost', retryable: false }]);
    expect(world.over).toEqual({ run: true, released: true });
  });
});

describe('a handler that never settles (C10)', () => {
  test('is told of once a call, keeps its lease, is unhealthy and says why', async () => {
    let wake: () => void = () => undefined;
    const world = await ProcessorWorld.begin({
      onRecord: () =>
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(59_999);
    check(world);
    expect([world.events, world.health().healthy]).toEqual([[], true]);
    for (let times = 0; times < 3; times += 1) {
      await world.clock.advance(10_000);
      check(world);
    }
    const told = { type: 'handler-stalled', reason: 'no-progress', shardId: shardId(0), call: 'onRecord' };
    expect(world.events).toEqual([{ ...told, forMs: 69_999 }]);
    expect(world.errors).toMatchObject([{ code: 'HANDLER_STALLED', call: 'onRecord', forMs: 69_999 }]);
    expect(world.errors[0]).toBeInstanceOf(HandlerStalledError);
    expect(world.health()).toMatchObject({
      healthy: false,
      state: 'processing',
      reason: 'onRecord has not settled for 89999 ms',
      silentMs: 89_999,
    });
    expect(world.hold.lost).toBeUndefined();
    wake();
    await world.clock.advance(0);
    expect(world.health()).toMatchObject({ healthy: true, silentMs: 0 });
    await world.clock.advance(60_000);
    check(world);
    expect(world.eventsOf('handler-stalled')).toHaveLength(2);
  });

  test.each(['initialize', 'processRecords', 'shardEnded', 'shutdownRequested'] as const)(
    '%s',
    async (call) => {
      const world = await ProcessorWorld.begin({
        shardHandler: () => notingHandler([], { [call]: forEver }),
      });
      world.source.write(['a'], call === 'shardEnded' ? twoChildren : undefined);
      await world.clock.advance(0);
      if (call === 'shutdownRequested') world.processor.leave('stop');
      await world.clock.advance(60_000);
      check(world);
      expect(world.errors).toMatchObject([{ code: 'HANDLER_STALLED', call }]);
    },
  );
});

function check(world: ProcessorWorld): void {
  world.processor.checkStall(world.clock.monotonic(), 60_000);
}
