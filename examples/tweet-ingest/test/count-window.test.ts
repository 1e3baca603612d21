import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountedTweet } from '../src/count-tweet.js';
import { type WindowCount, WindowCounter } from '../src/count-window.js';

const tweet = (id: string, ...tags: string[]): CountedTweet => ({ id, tags: new Set(tags) });

describe('WindowCounter', () => {
  it('closes a window by the first record behind it', () => {
    const windows = new WindowCounter(1_000);
    expect(windows.open).toBeUndefined();
    expect(windows.add(5_000, tweet('1', 'a', 'b'))).toBeUndefined();
    expect(windows.add(5_999, tweet('2', 'a'))).toBeUndefined();
    const counted = { startMs: 5_000, tweets: 2, skipped: 0, repeats: 0 };
    const byTag = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    expect(windows.open).toEqual({ ...counted, byTag });
    expect(windows.add(6_000, tweet('3'))).toEqual({ ...counted, byTag });
    expect(windows.open).toEqual({ ...counted, startMs: 6_000, tweets: 1, byTag: new Map() });
  });

  it('passes over windows in which nothing arrived', () => {
    const windows = new WindowCounter(1_000);
    windows.add(1_500, tweet('1'));
    expect(windows.add(9_999, tweet('2'))).toMatchObject({ startMs: 1_000 });
    expect(windows.open).toMatchObject({ startMs: 9_000 });
  });

  it('counts a tweet once that is there twice, and what is no tweet apart', () => {
    const windows = new WindowCounter(1_000);
    windows.add(0, tweet('1', 'a'));
    windows.add(0, undefined);
    windows.add(1, tweet('1', 'a'));
    expect(windows.open).toEqual({
      startMs: 0,
      tweets: 1,
      skipped: 1,
      repeats: 1,
      byTag: new Map([['a', 1]]),
    });
    windows.add(1_000, tweet('1', 'a'));
    expect(windows.open).toMatchObject({ tweets: 1, repeats: 0 });
  });

  it('never opens a closed window again: a record from before counts in the open one', () => {
    const windows = new WindowCounter(1_000);
    windows.add(2_000, tweet('1'));
    windows.add(3_000, tweet('2'));
    expect(windows.add(2_999, tweet('3'))).toBeUndefined();
    expect(windows.open).toMatchObject({ startMs: 3_000, tweets: 2 });
  });

  it('comes to the same windows whoever counts again from where one was closed', () => {
    const records = fc.array(
      fc.record({ arrivalMs: fc.nat(5_000), id: fc.nat(30), tag: fc.constantFrom('a', 'b') }),
      { maxLength: 60 },
    );
    const count = (from: { arrivalMs: number; id: number; tag: string }[]) => {
      const windows = new WindowCounter(1_000);
      const closed: { at: number; window: WindowCount }[] = [];
      from.forEach(({ arrivalMs, id, tag }, at) => {
        const window = windows.add(arrivalMs, tweet(String(id), tag));
        if (window) closed.push({ at, window });
      });
      return { closed, open: windows.open };
    };
    fc.assert(
      fc.property(records, (all) => {
        const { closed, open } = count(all);
        closed.forEach(({ at }, index) => {
          const again = count(all.slice(at));
          expect(again.closed.map(({ window }) => window)).toEqual(
            closed.slice(index + 1).map(({ window }) => window),
          );
          expect(again.open).toEqual(open);
        });
      }),
    );
  });
});
