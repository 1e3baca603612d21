import { describe, expect, test } from 'vitest';
import { LeaseLostError } from '../src/errors.js';
import {
  failing,
  notingHandler,
  ProcessorWorld,
  pending,
  placeOf,
  twoChildren,
} from './support/processor-world.js';
import { throttled, unanswered } from './support/store-line.js';

const forEver = () => new Promise<void>(() => undefined);

describe('a stop (76)', () => {
  test('during initialize: nothing is read, and a handler that is not ready is told nothing', async () => {
    const ready = pending();
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { initialize: () => ready.promise.then(failing(1)) }),
    });
    world.source.write(['a']);
    world.processor.leave('stop');
    ready.settle();
    await world.clock.advance(0);
    expect(world.log).toEqual(['initialize TRIM_HORIZON', 'handler-failed', 'lease-released']);
    expect(world.errors).toMatchObject([{ call: 'initialize', retryable: false }]);
    expect([world.source.starts, (await world.stored()).leaseOwner]).toEqual([[], undefined]);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('during initialize that passes: the handler is told', async () => {
    const ready = pending();
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { initialize: () => ready.promise }),
    });
    world.source.write(['a']);
    world.processor.leave('stop');
    ready.settle();
    await world.clock.advance(0);
    expect(world.log).toEqual(['initialize TRIM_HORIZON', 'shutdownRequested', 'lease-released']);
  });

  test('during onRecord: that record is finished and stored, no other is begun', async () => {
    const seen: string[] = [];
    const finish = pending();
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        seen.push(record.text());
        return finish.promise;
      },
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(0);
    world.processor.leave('stop');
    finish.settle();
    await world.clock.advance(0);
    expect([seen, placeOf((await world.stored()).checkpoint)]).toEqual([['a'], '1']);
    expect([world.source.inHand, world.over.run]).toEqual([0, true]);
  });

  test('during the pause after a failure: at once, without another try', async () => {
    let calls = 0;
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        calls += 1;
        if (record.text() === 'b') throw new Error('no');
      },
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(20_000);
    const before = calls;
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect([calls, world.over.run]).toEqual([before, true]);
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
  });

  test('while the shard ends: the handler is told of the stop, and the next owner ends it', async () => {
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { shardEnded: failing(100) }),
    });
    world.source.write(['a'], twoChildren);
    await world.clock.advance(1_000);
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect(world.log.slice(-3)).toEqual(['shutdownRequested', 'checkpointed 1', 'lease-released']);
    expect(placeOf((await world.stored()).checkpoint)).toBe('1');
    expect(world.eventsOf('shard-ended')).toEqual([]);
  });

  test('a store that throttles is asked again', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.source.write(['a']);
    await world.clock.advance(0);
    world.line.script('checkpoint', throttled, throttled);
    world.line.script('release', throttled);
    world.processor.leave('stop');
    await world.clock.advance(10_000);
    expect(world.failures.map(({ task }) => task)).toEqual([
      'release-lease',
      'release-lease',
      'release-lease',
    ]);
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('the lease taken by another meanwhile ends it: nothing is tried again', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.source.write(['a']);
    await world.clock.advance(0);
    await world.memory.take(await world.stored(), 'w2');
    world.processor.leave('stop');
    await world.clock.advance(60_000);
    expect(world.over).toEqual({ run: true, released: true });
    expect(world.line.calls).toEqual(['checkpoint']);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'taken' }]);
    expect(world.errors).toEqual([]);
    expect((await world.stored()).leaseOwner).toBe('w2');
  });

  test('the fence ends it where the store never answers', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined, failoverMs: 10_000 });
    world.source.write(['a']);
    await world.clock.advance(0);
    world.line.otherwise = throttled;
    world.processor.leave('stop');
    await world.clock.advance(9_000);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'fenced' }]);
    await world.clock.advance(5_000);
    expect(world.over).toEqual({ run: true, released: true });
    const { length } = world.line.calls;
    await world.clock.advance(60_000);
    expect(world.line.calls).toHaveLength(length);
  });
});

describe('the deadline of a stop (78)', () => {
  test('the signal fires, what is done is stored, the lease given back; the handler is not waited for', async () => {
    const signals: AbortSignal[] = [];
    const finish = pending();
    const seen: string[] = [];
    const world = await ProcessorWorld.begin({
      onRecord: (record, { signal }) => {
        seen.push(record.text());
        signals.push(signal);
        return record.text() === 'b' ? finish.promise : undefined;
      },
    });
    world.source.write(['a', 'b', 'c']);
    await world.clock.advance(0);
    world.processor.leave('stop');
    await world.clock.advance(1_000);
    expect([signals.at(-1)?.aborted, world.over.released]).toEqual([false, false]);
    await world.processor.force();
    expect(signals.at(-1)?.aborted).toBe(true);
    expect(world.over).toEqual({ run: false, released: true });
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['1', undefined]);
    finish.settle();
    await world.clock.advance(0);
    expect([seen, world.over.run]).toEqual([['a', 'b'], true]);
    expect(placeOf((await world.stored()).checkpoint)).toBe('1');
  });

  test('a checkpoint that fails then does not keep the lease', async () => {
    const world = await ProcessorWorld.begin({
      onRecord: (record) => (record.text() === 'b' ? forEver() : undefined),
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(0);
    world.line.script('checkpoint', throttled);
    world.processor.leave('stop');
    await world.processor.force();
    expect(world.failures).toMatchObject([{ task: 'release-lease', error: { retryable: true } }]);
    const { checkpoint, leaseOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner]).toEqual(['TRIM_HORIZON', undefined]);
    expect(world.over.released).toBe(true);
  });

  test('of a lease that is lost already there is nothing to give up, nor to tell', async () => {
    const world = await ProcessorWorld.begin({ onRecord: forEver });
    world.source.write(['a']);
    await world.clock.advance(0);
    await world.takenByOther();
    await world.processor.force();
    expect([world.failures, world.line.calls, world.over.released]).toEqual([[], [], true]);
  });

  test('ends the tries to give a lease back', async () => {
    const world = await ProcessorWorld.begin({ onRecord: () => undefined });
    world.line.otherwise = throttled;
    world.processor.leave('stop');
    await world.clock.advance(20_000);
    expect(world.over.released).toBe(false);
    await world.processor.force();
    await world.clock.advance(0);
    expect(world.over).toEqual({ run: true, released: true });
    const { length } = world.line.calls;
    await world.clock.advance(60_000);
    expect([world.line.calls.length, world.clock.pending]).toEqual([length, 0]);
  });
});

describe('a hand-off (78)', () => {
  test('drains, then transfers', async () => {
    const finish = pending();
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { processRecords: () => finish.promise }),
    });
    world.source.write(['a']);
    world.source.write(['b']);
    await world.clock.advance(0);
    await world.askedByOther();
    expect(world.health().state).toBe('draining');
    await world.clock.advance(29_000);
    expect((await world.stored()).checkpointOwner).toBe('w1');
    finish.settle();
    await world.clock.advance(0);
    expect(world.log.slice(-4)).toEqual([
      'processRecords 1/0 a',
      'shutdownRequested',
      'checkpointed 1',
      'lease-released',
    ]);
    expect(world.eventsOf('checkpointed')).toMatchObject([{ reason: 'hand-off' }]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'hand-off' }]);
    expect(await world.stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined });
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('is forced after 30 s when the handler hangs, its signal fired', async () => {
    let fired = false;
    const world = await ProcessorWorld.begin({
      onRecord: (record, { signal }) => {
        signal.addEventListener('abort', () => {
          fired = true;
        });
        return record.text() === 'b' ? forEver() : undefined;
      },
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(0);
    await world.askedByOther();
    await world.clock.advance(29_999);
    expect([fired, (await world.stored()).checkpointOwner]).toEqual([false, 'w1']);
    await world.clock.advance(1);
    expect([fired, world.over]).toEqual([true, { run: false, released: true }]);
    const { checkpoint, leaseOwner, checkpointOwner } = await world.stored();
    expect([placeOf(checkpoint), leaseOwner, checkpointOwner]).toEqual(['1', 'w2', undefined]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'hand-off' }]);
  });

  test('forced over a store that throttles once: the lease is handed over all the same', async () => {
    const world = await ProcessorWorld.begin({
      onRecord: (record) => (record.text() === 'b' ? forEver() : undefined),
    });
    world.source.write(['a', 'b']);
    await world.clock.advance(0);
    await world.askedByOther();
    await world.clock.advance(20_000);
    world.line.script('checkpoint', throttled);
    await world.clock.advance(10_000);
    expect(await world.stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined });
  });
});

describe('the lease lost in the middle (C2)', () => {
  test('not one more record is handed over, and nothing is written', async () => {
    const seen: string[] = [];
    const finish = pending();
    let reason: unknown;
    const world = await ProcessorWorld.begin({
      onRecord: (record, { signal }) => {
        seen.push(record.text());
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return finish.promise;
      },
    });
    world.source.write(['a', 'b', 'c']);
    world.source.write(['d']);
    await world.clock.advance(0);
    await world.takenByOther();
    expect(reason).toBeInstanceOf(LeaseLostError);
    expect(world.over).toEqual({ run: false, released: true });
    finish.settle();
    await world.clock.advance(60_000);
    expect([seen, world.line.calls]).toEqual([['a'], []]);
    expect(world.over.run).toBe(true);
    expect(placeOf((await world.stored()).checkpoint)).toBe('TRIM_HORIZON');
  });

  test('by time alone, between two records that finish at once', async () => {
    const seen: string[] = [];
    const world = await ProcessorWorld.begin({
      failoverMs: 10_000,
      onRecord: (record) => {
        seen.push(record.text());
        // The machine was suspended; no timer has run yet.
        if (record.text() === 'b') world.clock.setNow(world.clock.now() + 9_000);
      },
    });
    world.source.write(['a', 'b', 'c', 'd']);
    await world.clock.advance(0);
    expect([seen, world.line.calls]).toEqual([['a', 'b'], []]);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'fenced' }]);
  });

  test('leaseLost comes after the call under way, and not before initialize has passed', async () => {
    const ready = pending();
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { initialize: () => ready.promise.then(failing(1)) }),
    });
    await world.takenByOther();
    ready.settle();
    await world.clock.advance(60_000);
    expect(world.log).toEqual(['initialize TRIM_HORIZON', 'lease-released', 'handler-failed']);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('in the pause after a failure: no other try, and leaseLost', async () => {
    const world = await ProcessorWorld.begin({
      shardHandler: (log) => notingHandler(log, { processRecords: failing(100) }),
    });
    world.source.write(['a']);
    await world.clock.advance(5_000);
    const tries = world.eventsOf('handler-failed').length;
    await world.takenByOther();
    await world.clock.advance(60_000);
    expect(world.log.slice(-2)).toEqual(['lease-released', 'leaseLost']);
    expect(world.eventsOf('handler-failed')).toHaveLength(tries);
  });

  test('while the children’s leases cannot be made: given up', async () => {
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    world.endShard = async () => {
      throw new Error('no table');
    };
    world.source.write(['a'], twoChildren);
    await world.clock.advance(10_000);
    await world.takenByOther();
    await world.clock.advance(60_000);
    expect(world.log.slice(-2)).toEqual(['lease-released', 'leaseLost']);
    expect(world.over).toEqual({ run: true, released: true });
  });

  test('deleted by somebody: the handler is told', async () => {
    const world = await ProcessorWorld.begin({ shardHandler: notingHandler });
    world.source.write(['a']);
    await world.clock.advance(0);
    await world.memory.delete(await world.stored());
    await world.clock.advance(6_000);
    expect(world.log.slice(-2)).toEqual(['lease-released', 'leaseLost']);
    expect(world.eventsOf('lease-released')).toMatchObject([{ reason: 'deleted' }]);
  });
});

test('an answer that got lost does not keep a lease from being given back', async () => {
  const world = await ProcessorWorld.begin({ onRecord: () => undefined, failoverMs: 30_000 });
  world.source.write(['a']);
  await world.clock.advance(0);
  world.line.script('release', unanswered);
  world.processor.leave('stop');
  await world.clock.advance(30_000);
  expect(world.over).toEqual({ run: true, released: true });
  expect((await world.stored()).leaseOwner).toBeUndefined();
});
