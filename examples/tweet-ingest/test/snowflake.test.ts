import { describe, expect, it } from 'vitest';
import { SnowflakeIds, snowflakeEpochMs } from '../src/snowflake.js';

describe('SnowflakeIds', () => {
  it('carries the millisecond in its upper bits', () => {
    const id = BigInt(new SnowflakeIds(417).next(Date.UTC(2020, 2, 16)));
    expect(Number(id >> 22n) + snowflakeEpochMs).toBe(Date.UTC(2020, 2, 16));
    expect((id >> 12n) & 1_023n).toBe(417n);
  });

  it('rises within a millisecond, over its end, and when time steps back', () => {
    const ids = new SnowflakeIds(0);
    const start = Date.UTC(2020, 2, 16);
    const given = Array.from({ length: 10_000 }, (_, index) => BigInt(ids.next(start - (index % 3))));
    given.slice(1).forEach((id, index) => {
      expect(id > (given[index] ?? id)).toBe(true);
    });
  });
});
