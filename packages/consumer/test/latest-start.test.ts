import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import type { ShardFilter } from '../src/kinesis-reads.js';
import { LatestStart } from '../src/latest-start.js';
import type { MakeCall } from '../src/shard-cursor.js';

const { signal } = new AbortController();
const makeCall: MakeCall = (call) => call(signal);

function makeStart(serviceTimes: (number | Error | undefined)[]) {
  const clock = new ManualClock();
  const filters: ShardFilter[] = [];
  const listShards = async (filter: ShardFilter) => {
    filters.push(filter);
    const serviceTimeMs = serviceTimes.shift();
    if (serviceTimeMs instanceof Error) throw serviceTimeMs;
    return { shards: [], serviceTimeMs };
  };
  return { clock, filters, start: new LatestStart({ listShards }, clock) };
}

test('is the time of the service, less the second that its clock is cut to', async () => {
  const { filters, start } = makeStart([50_000]);
  expect(await start.timeMs(makeCall)).toBe(49_000);
  expect(filters).toEqual([{ type: 'at-latest' }]);
});

test('is asked for once, however often it is used', async () => {
  const { clock, filters, start } = makeStart([50_000, 90_000]);
  await start.timeMs(makeCall);
  await clock.advance(40_000);
  expect(await start.timeMs(makeCall)).toBe(49_000);
  expect(filters).toHaveLength(1);
});

test('is the moment of the opening, however long the answer was waited for', async () => {
  const { clock, start } = makeStart([new Error('broken'), 80_000]);
  await expect(start.timeMs(makeCall)).rejects.toThrow('broken');
  await clock.advance(30_000);
  expect(await start.timeMs(makeCall)).toBe(49_000);
});

test('is taken from the own clock where the service does not tell the time', async () => {
  const { clock, start } = makeStart([undefined]);
  expect(await start.timeMs(makeCall)).toBe(clock.now() - 1_000);
});
