import { describe, expect, it } from 'vitest';
import { Tank } from '../src/tank.js';

describe('Tank', () => {
  it('is full at first, and gives no more than it holds', () => {
    const tank = new Tank(10, 5, 0);
    expect(tank.tryTake(10, 0)).toBe(true);
    expect(tank.tryTake(1, 0)).toBe(false);
  });

  it('refills with time, never above its capacity', () => {
    const tank = new Tank(10, 5, 0);
    tank.tryTake(10, 0);
    expect(tank.has(5, 999)).toBe(false);
    expect(tank.has(5, 1_000)).toBe(true);
    expect(tank.tryTake(10, 60_000)).toBe(true);
    expect(tank.has(1, 60_000)).toBe(false);
  });

  it('takes nothing when it refuses', () => {
    const tank = new Tank(10, 1, 0);
    tank.tryTake(1, 0);
    expect(tank.tryTake(10, 0)).toBe(false);
    expect(tank.tryTake(9, 0)).toBe(true);
  });

  it('gives more than it holds when it is full, and owes the rest', () => {
    const tank = new Tank(10, 5, 0);
    expect(tank.tryTake(25, 0)).toBe(true);
    expect(tank.has(1, 3_199)).toBe(false);
    expect(tank.has(1, 3_200)).toBe(true);
    expect(tank.has(11, 4_999)).toBe(false);
    expect(tank.has(11, 5_000)).toBe(true);
  });

  it('ignores time that runs backwards', () => {
    const tank = new Tank(10, 10, 1_000);
    tank.tryTake(10, 1_000);
    expect(tank.has(1, 500)).toBe(false);
    expect(tank.has(1, 1_100)).toBe(true);
  });

  it.each([
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 5],
    [10, Number.POSITIVE_INFINITY],
  ])('gives without end when its capacity or its rate is infinite: %d, %d', (capacity, perSecond) => {
    const tank = new Tank(capacity, perSecond, 0);
    for (let round = 0; round < 3; round += 1) expect(tank.tryTake(1e12, 0)).toBe(true);
  });
});
