import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../src/pace.js';

describe('Pace', () => {
  it('releases exactly its rate over a long time, however often it is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 50, maxLength: 300 }),
        (perSecond, stepsMs) => {
          const pace = new Pace({ perSecond, startMs: 1_000 });
          let nowMs = 1_000;
          let released = 0;
          for (const stepMs of stepsMs) {
            nowMs += stepMs;
            const due = pace.due(nowMs);
            pace.release(due);
            released += due;
          }
          expect(released + pace.missed).toBe(Math.floor(((nowMs - 1_000) * perSecond) / 1_000));
        },
      ),
    );
  });

  it('catches up a short pause and gives up, and counts, what lies further back', () => {
    const pace = new Pace({ perSecond: 1_000, startMs: 0, catchUpMs: 250 });
    expect(pace.due(200)).toBe(200);
    pace.release(200);
    expect(pace.due(1_200)).toBe(250);
    expect(pace.missed).toBe(750);
    pace.release(250);
    expect(pace.due(1_200)).toBe(0);
    expect(pace.due(1_201)).toBe(1);
  });

  it('keeps offering what was due and not released', () => {
    const pace = new Pace({ perSecond: 1_000, startMs: 0 });
    expect(pace.due(100)).toBe(100);
    pace.release(40);
    expect(pace.due(100)).toBe(60);
  });

  it('says how long until the next is due', () => {
    const pace = new Pace({ perSecond: 10, startMs: 0 });
    expect(pace.waitMs(0)).toBe(101);
    expect(pace.waitMs(30)).toBe(71);
    expect(pace.waitMs(201)).toBe(0);
    pace.release(pace.due(201));
    expect(pace.waitMs(201)).toBe(100);
  });

  it('has a record due whenever the wait for it is over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (rate, startMs) => {
          const pace = new Pace({ perSecond: rate, startMs });
          let nowMs = startMs;
          for (let record = 0; record < 50; record += 1) {
            nowMs += pace.waitMs(nowMs);
            const due = pace.due(nowMs);
            expect(due).toBeGreaterThanOrEqual(1);
            pace.release(due);
          }
        },
      ),
      { examples: [[1, 41.25538276937261]] },
    );
  });

  it('releases at least one at a time at the lowest rates', () => {
    const pace = new Pace({ perSecond: 1, startMs: 0 });
    expect(pace.due(999)).toBe(0);
    expect(pace.due(1_000)).toBe(1);
  });
});
