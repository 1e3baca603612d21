import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { untilStored } from '../src/until-stored.js';

function harness(failures: number) {
  const clock = new ManualClock();
  const told: unknown[] = [];
  const over = new AbortController();
  let tries = 0;
  const write = async () => {
    tries += 1;
    if (tries <= failures) throw new Error(`no ${tries}`);
  };
  const parts = {
    clock,
    random: { next: () => 0.999 },
    onFailure: (task: string, error: unknown) => told.push([task, (error as Error).message]),
  };
  return { clock, told, over, write, parts, tries: () => tries };
}

test('tries until it is answered, after pauses that double up to five seconds, and tells of each failure', async () => {
  const { clock, told, over, write, parts } = harness(7);
  const done = untilStored(parts, 'end-shard', write, over.signal, () => false);
  const startedMs = clock.monotonic();
  let endedMs = 0;
  void done.then(() => {
    endedMs = clock.monotonic();
  });
  await clock.advance(60_000);
  expect(await done).toBe(true);
  expect(told).toHaveLength(7);
  expect(told[0]).toEqual(['end-shard', 'no 1']);
  expect(endedMs - startedMs).toBeCloseTo((200 + 400 + 800 + 1_600 + 3_200 + 5_000 + 5_000) * 0.999, 0);
});

test('ends when told to, in the middle of a pause', async () => {
  const { clock, over, write, parts, tries } = harness(100);
  const done = untilStored(parts, 'end-shard', write, over.signal, () => false);
  await clock.advance(0);
  over.abort();
  expect(await done).toBe(false);
  expect(tries()).toBe(1);
  expect(clock.pending).toBe(0);
});

test('is not tried when it is over before', async () => {
  const { write, parts, tries } = harness(0);
  expect(await untilStored(parts, 'end-shard', write, AbortSignal.abort(), () => false)).toBe(false);
  expect(tries()).toBe(0);
});

test('ends with an error that no try can mend, without telling of it', async () => {
  const { told, over, write, parts } = harness(1);
  const final = (error: unknown) => (error as Error).message === 'no 1';
  expect(await untilStored(parts, 'end-shard', write, over.signal, final)).toBe(false);
  expect(told).toEqual([]);
});
