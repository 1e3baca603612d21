import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { BodyPool } from '../src/body-pool.js';

function makePool({ setAsideBytes = 0, maxIdleBytes = 1_000_000, idleMs = 10_000 } = {}) {
  const clock = new ManualClock();
  const told: number[] = [];
  const pool = new BodyPool(
    clock,
    { setAsideBytes, maxIdleBytes, idleMs },
    (deltaBytes) => void told.push(deltaBytes),
  );
  return { clock, pool, told, heldBytes: () => told.reduce((sum, delta) => sum + delta, 0) };
}

test.each([
  [0, 16_384],
  [1, 16_384],
  [16_384, 16_384],
  [16_385, 20_480],
  [20_481, 24_576],
  [65_536, 65_536],
  [2_097_152, 2_097_152],
  [2_097_153, 2_621_440],
  [10_600_000, 12_582_912],
])('a body of %d bytes gets %d: a quarter more at most', (bytes, size) => {
  const { pool, told } = makePool();
  expect(pool.lease(bytes).buffer.length).toBe(size);
  expect(told).toEqual([size]);
});

describe('a buffer', () => {
  test('is used again after it was recycled, not before', () => {
    const { pool, heldBytes } = makePool();
    const first = pool.lease(20_000);
    const second = pool.lease(20_000);
    expect(second.buffer).not.toBe(first.buffer);
    first.recycle();
    expect(pool.lease(20_000).buffer).toBe(first.buffer);
    expect(heldBytes()).toBe(2 * 20_480);
  });

  test('of the smallest size serves the smallest bodies', () => {
    const { pool } = makePool();
    const first = pool.lease(1);
    first.recycle();
    expect(pool.lease(1).buffer).toBe(first.buffer);
  });

  test('that was dropped is never used again, and counted no more', () => {
    const { pool, heldBytes } = makePool();
    const dropped = pool.lease(20_000);
    dropped.drop();
    expect(heldBytes()).toBe(0);
    expect(pool.lease(20_000).buffer).not.toBe(dropped.buffer);
  });

  test('ends once: what comes after is passed over', () => {
    const { pool, heldBytes } = makePool();
    const dropped = pool.lease(20_000);
    dropped.drop();
    dropped.recycle();
    dropped.drop();
    const recycled = pool.lease(20_000);
    expect(recycled.buffer).not.toBe(dropped.buffer);
    recycled.recycle();
    recycled.drop();
    recycled.recycle();
    expect(heldBytes()).toBe(20_480);
    expect(pool.lease(20_000).buffer).not.toBe(pool.lease(20_000).buffer);
  });

  test('serves bodies that fit, the smallest first', () => {
    const { pool } = makePool();
    const [large, small, middle] = [pool.lease(100_000), pool.lease(30_000), pool.lease(60_000)];
    for (const lease of [large, small, middle]) lease.recycle();
    expect(pool.lease(50_000).buffer).toBe(middle.buffer);
    expect(pool.lease(50_000).buffer).toBe(large.buffer);
    expect(pool.lease(50_000).buffer.length).toBe(57_344);
    expect(pool.lease(20_000).buffer).toBe(small.buffer);
  });

  test('is not taken for a body that would leave most of it empty', () => {
    const { pool } = makePool();
    const large = pool.lease(200_000);
    large.recycle();
    expect(pool.lease(30_000).buffer).not.toBe(large.buffer);
    expect(pool.lease(60_000).buffer).toBe(large.buffer);
  });

  test('is memory of its own, shared with nobody', () => {
    const { pool } = makePool();
    const { buffer } = pool.lease(100);
    expect([buffer.byteOffset, buffer.buffer.byteLength]).toEqual([0, buffer.length]);
  });
});

describe('P2: what nobody uses', () => {
  test('stays within its bound: the longest unused goes first', () => {
    const { pool, heldBytes } = makePool({ maxIdleBytes: 50_000 });
    const leases = [pool.lease(20_480), pool.lease(20_480), pool.lease(24_576)];
    for (const lease of leases) lease.recycle();
    expect(heldBytes()).toBe(20_480 + 24_576);
    expect(pool.lease(20_480).buffer).toBe(leases[1]?.buffer);
  });

  test('goes but for what is set aside when others need memory, the longest unused first', () => {
    const { pool, heldBytes } = makePool({ setAsideBytes: 50_000 });
    expect(pool.setAsideBytes).toBe(50_000);
    const leases = [pool.lease(20_480), pool.lease(20_480), pool.lease(24_576)];
    for (const lease of leases) lease.recycle();
    expect([heldBytes(), pool.setAsideBytes]).toEqual([2 * 20_480 + 24_576, 0]);
    pool.shrink();
    pool.shrink();
    expect([heldBytes(), pool.setAsideBytes]).toEqual([20_480 + 24_576, 50_000 - 20_480 - 24_576]);
    expect(pool.lease(20_480).buffer).toBe(leases[1]?.buffer);
  });

  test('that is larger than the bound is let go, and nothing else for it', () => {
    const { pool, heldBytes } = makePool({ maxIdleBytes: 50_000 });
    const small = pool.lease(20_480);
    const large = pool.lease(60_000);
    small.recycle();
    large.recycle();
    expect(heldBytes()).toBe(20_480);
  });

  test('is let go after a while, each by its own time', async () => {
    const { clock, pool, heldBytes } = makePool({ idleMs: 1_000 });
    const [first, second] = [pool.lease(20_000), pool.lease(30_000)];
    first.recycle();
    await clock.advance(600);
    second.recycle();
    await clock.advance(399);
    expect(heldBytes()).toBe(20_480 + 32_768);
    await clock.advance(1);
    expect(heldBytes()).toBe(32_768);
    await clock.advance(599);
    expect(heldBytes()).toBe(32_768);
    await clock.advance(1);
    expect([heldBytes(), clock.pending]).toEqual([0, 0]);
  });

  test('and is wanted again stays', async () => {
    const { clock, pool, heldBytes } = makePool({ idleMs: 1_000 });
    for (let round = 0; round < 5; round += 1) {
      const lease = pool.lease(20_000);
      await clock.advance(900);
      lease.recycle();
    }
    expect(heldBytes()).toBe(20_480);
    await clock.advance(1_000);
    expect([heldBytes(), clock.pending]).toEqual([0, 0]);
  });
});

test('P2: a pool that is trimmed lets go of what nobody uses, and goes on', () => {
  const { clock, pool, heldBytes } = makePool();
  const [idle, leased] = [pool.lease(20_000), pool.lease(20_000)];
  idle.recycle();
  pool.trim();
  expect([heldBytes(), clock.pending]).toEqual([20_480, 0]);
  leased.recycle();
  expect([heldBytes(), clock.pending]).toEqual([20_480, 1]);
});

test('P6: a pool that is closed holds nothing but its leases, and keeps none of them', () => {
  const { clock, pool, heldBytes } = makePool();
  const [idle, late] = [pool.lease(20_000), pool.lease(20_000)];
  idle.recycle();
  pool.close();
  expect([heldBytes(), clock.pending]).toEqual([20_480, 0]);
  late.recycle();
  expect([heldBytes(), clock.pending]).toEqual([0, 0]);
});
