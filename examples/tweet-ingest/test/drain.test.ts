import { describe, expect, it } from 'vitest';
import { type DrainOptions, drain } from '../src/demo/drain.js';
import { goodDeliveries } from './demo-verdicts.js';

/** Drains a world in which `passes` happens at each look; says how long it took and how often the ledgers were read. */
async function drained(look: (nowMs: number) => { delivered: number; caughtUp: boolean; lost: number }) {
  let nowMs = 1_000;
  let judgements = 0;
  const sinces = new Set<number>();
  const options: DrainOptions = {
    timing: {
      nowMs: () => nowMs,
      sleep: async (delayMs) => {
        nowMs += delayMs;
      },
    },
    delivered: () => look(nowMs).delivered,
    haveCaughtUp: (sinceMs) => {
      sinces.add(sinceMs);
      return look(nowMs).caughtUp;
    },
    judge: async () => {
      judgements += 1;
      return { ...goodDeliveries, lost: look(nowMs).lost };
    },
    patienceMs: 20_000,
  };
  await drain(options);
  return { tookMs: nowMs - 1_000, judgements, sinces: [...sinces] };
}

describe('drain', () => {
  it('ends when the workers have caught up since it began and the ledgers agree', async () => {
    expect(await drained((nowMs) => ({ delivered: nowMs, caughtUp: nowMs >= 3_000, lost: 0 }))).toEqual({
      tookMs: 2_000,
      judgements: 1,
      sinces: [1_000],
    });
  });

  it('waits on while the ledgers miss something, and reads them anew only after further deliveries', async () => {
    const look = (nowMs: number) =>
      nowMs < 5_000 ? { delivered: 1, caughtUp: true, lost: 3 } : { delivered: 4, caughtUp: true, lost: 0 };
    expect(await drained(look)).toMatchObject({ tookMs: 4_000, judgements: 2 });
  });

  it('gives up when nothing new is delivered for long', async () => {
    const { tookMs, judgements } = await drained(() => ({ delivered: 1, caughtUp: true, lost: 3 }));
    expect(tookMs).toBe(20_250);
    expect(judgements).toBe(1);
  });

  it('has patience with a machine that is slow but gets on', async () => {
    const slow = (nowMs: number) => ({
      delivered: Math.floor(nowMs / 15_000),
      caughtUp: nowMs > 100_000,
      lost: 0,
    });
    expect((await drained(slow)).tookMs).toBeGreaterThan(99_000);
  });
});
