import { expect, test } from 'vitest';
import { LeaseParting } from '../src/lease-parting.js';
import { heldLease } from './support/held-leases.js';
import { throttled } from './support/store-line.js';

async function harness() {
  const { held: hold, clock, line, memory } = await heldLease();
  const failures: unknown[] = [];
  const gate = { closed: 0, aborted: 0 };
  const flushed: string[] = [];
  const flushes: (() => Promise<void>)[] = [];
  const parting = new LeaseParting({
    hold,
    gate: {
      close: () => {
        gate.closed += 1;
      },
      abort: () => {
        gate.aborted += 1;
      },
    },
    autoCheckpoint: {
      flush: async (reason) => {
        await flushes.shift()?.();
        flushed.push(reason);
      },
    },
    clock,
    random: { next: () => 0.5 },
    onFailure: (task, error) => failures.push([task, (error as { code?: string }).code]),
  });
  const owner = async () => (await memory.list())[0]?.leaseOwner;
  return { hold, clock, line, memory, failures, gate, flushed, flushes, parting, owner };
}

test('checkpoints, then gives the lease up', async () => {
  const { parting, flushed, owner, gate, hold } = await harness();
  parting.begin('stop');
  await parting.giveUp();
  expect([flushed, await owner(), hold.lost]).toEqual([['stop'], undefined, 'stop']);
  expect(gate).toEqual({ closed: 1, aborted: 0 });
});

test('the first reason counts', async () => {
  const { parting, hold, flushed } = await harness();
  parting.begin('hand-off');
  parting.begin('stop');
  await parting.giveUp();
  expect([hold.lost, flushed]).toEqual(['hand-off', ['hand-off']]);
});

test('a shard that is no more has its lease deleted', async () => {
  const { parting, memory } = await harness();
  parting.begin('shard-gone');
  await parting.giveUp();
  expect(await memory.list()).toEqual([]);
});

test('tries until the store has it, and tells of each failure', async () => {
  const { parting, line, clock, failures, owner } = await harness();
  line.script('release', throttled, throttled);
  parting.begin('stop');
  const given = parting.giveUp();
  await clock.advance(2_000);
  await given;
  expect(await owner()).toBeUndefined();
  expect(failures).toEqual([
    ['release-lease', 'STORE_THROTTLED'],
    ['release-lease', 'STORE_THROTTLED'],
  ]);
});

test('by force: once, whatever fails; a checkpoint that fails does not keep the lease', async () => {
  const { parting, flushes, failures, owner, gate } = await harness();
  flushes.push(() => Promise.reject(Object.assign(new Error('no'), { code: 'NO' })));
  parting.begin('stop');
  expect(await parting.force()).toBe(true);
  expect([await owner(), failures]).toEqual([undefined, [['release-lease', 'NO']]]);
  expect(gate.aborted).toBe(1);
});

test('by force while it is under way: that try is the last one', async () => {
  const { parting, line, clock, owner } = await harness();
  line.otherwise = throttled;
  parting.begin('stop');
  const given = parting.giveUp();
  await clock.advance(5_000);
  expect(await parting.force()).toBe(false);
  await given;
  const { length } = line.calls;
  await clock.advance(60_000);
  expect(line.calls).toHaveLength(length);
  expect(await owner()).toBe('w1');
});
