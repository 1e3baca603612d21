import { expect, it } from 'vitest';
import { CountTally } from '../src/count-tally.js';

const window = (tweets: number, repeats = 0) => ({
  startMs: 0,
  tweets,
  skipped: 0,
  repeats,
  byTag: new Map(),
});

it('counts closed windows once and open ones as they stand last', () => {
  const tally = new CountTally(() => undefined);
  tally.window('shard-1', window(1), false);
  tally.window('shard-1', window(3, 1), true);
  tally.window('shard-1', window(4), true);
  tally.window('shard-2', window(5), false);
  tally.window('shard-2', window(6), false);
  expect(tally.facts()).toMatchObject({
    closedWindows: 2,
    tweets: 7,
    repeats: 1,
    openWindows: 1,
    openTweets: 6,
  });
});

it('says each kind of trouble once and counts them all', () => {
  const said: string[] = [];
  const tally = new CountTally((text) => said.push(text));
  const coded = (code: string) => Object.assign(new Error(`what ${code} means`), { code });
  for (const code of ['A', 'B', 'A', 'A']) tally.trouble(coded(code));
  tally.trouble('text');
  expect(said).toEqual(['A: what A means', 'B: what B means', 'UNKNOWN: text']);
  expect([...tally.facts().troubleByCode]).toEqual([
    ['A', 3],
    ['B', 1],
    ['UNKNOWN', 1],
  ]);
});

it('counts what is no tweet', () => {
  const said: string[] = [];
  const tally = new CountTally((text) => said.push(text));
  tally.skips.add({ reason: 'not JSON', detail: 'x' }, 'shard-1 7/0');
  expect(tally.facts().skipped).toBe(1);
  expect(said).toEqual(['record shard-1 7/0 skipped, not JSON: x']);
});
