import { describe, expect, test } from 'vitest';
import { failing, notingHandler, ProcessorWorld, placeOf, twoChildren } from './support/processor-world.js';

describe('a handler that fails while other shards wait for room (C7, C10)', () => {
  test('its page is given back, and read again from what is done: nothing lost, nothing twice', async () => {
    const seen: string[] = [];
    const fail = failing(4);
    const world = await ProcessorWorld.begin({
      onRecord: (record) => {
        if (record.text() === 'c') fail();
        seen.push(record.text());
      },
    });
    world.roomIsWanted = true;
    world.source.write(['a', ['b', 'c', 'd'], 'e']);
    world.source.write(['f']);
    await world.clock.advance(0);
    expect([seen, world.source.inHand]).toEqual([['a', 'b'], 0]);
    expect(world.health().state).toBe('retrying');
    await world.clock.advance(60_000);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(world.source.starts.map(({ checkpoint }) => placeOf(checkpoint))).toEqual([
      'TRIM_HORIZON',
      '2',
      '2',
      '2',
      '2',
    ]);
    // The same record fails again, however often it was read.
    expect(world.eventsOf('handler-failed').map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4]);
    expect([world.source.inHand, placeOf((await world.stored()).checkpoint)]).toEqual([0, '4']);
  });

  test('a batch is read again as a whole', async () => {
    const log: string[] = [];
    const world = await ProcessorWorld.begin({
      shardHandler: () => notingHandler(log, { processRecords: failing(2) }),
    });
    world.roomIsWanted = true;
    world.source.write(['a', 'b'], twoChildren);
    await world.clock.advance(30_000);
    const batch = 'processRecords 1/0 a, 2/0 b';
    expect(log).toEqual(['initialize TRIM_HORIZON', batch, batch, batch, 'shardEnded']);
    expect(placeOf((await world.stored()).checkpoint)).toBe('SHARD_END');
  });

  test('a stop in the pause leaves it at that', async () => {
    const world = await ProcessorWorld.begin({ onRecord: failing(100) });
    world.roomIsWanted = true;
    world.source.write(['a']);
    await world.clock.advance(0);
    world.processor.leave('stop');
    await world.clock.advance(0);
    expect([world.over.run, world.source.starts.length, world.source.inHand]).toEqual([true, 1, 0]);
  });

  test('is kept where nobody waits', async () => {
    const world = await ProcessorWorld.begin({ onRecord: failing(100) });
    world.source.write(['a']);
    await world.clock.advance(30_000);
    expect([world.source.inHand, world.source.starts.length]).toEqual([1, 1]);
  });
});
