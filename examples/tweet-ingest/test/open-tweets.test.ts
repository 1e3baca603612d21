import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SkippedLine } from '../src/ndjson.js';
import { type OpenedTweets, openTweets } from '../src/open-tweets.js';
import type { TweetRecord } from '../src/tweet.js';

const tweet = (id: string) => `{"id":"${id}","author_id":"a"}\n`;

async function readAll(tweets: OpenedTweets, signal = new AbortController().signal) {
  const skipped: SkippedLine[] = [];
  const read: TweetRecord[] = [];
  let lines = 0;
  const listener = {
    onLine() {
      lines += 1;
    },
    onSkipped: (line: SkippedLine) => skipped.push(line),
  };
  for await (const batch of tweets(listener, signal)) read.push(...batch);
  return { ids: read.map(({ id }) => id), lines, skipped: skipped.length };
}

describe('openTweets', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open-tweets-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads a file', async () => {
    const path = join(folder, 'tweets.ndjson');
    await writeFile(path, `${tweet('1')}oops\n${tweet('2')}`);
    const tweets = await openTweets({ kind: 'file', path }, new PassThrough());
    expect(await readAll(tweets)).toEqual({ ids: ['1', '2'], lines: 3, skipped: 1 });
  });

  it('says at once what it cannot read', async () => {
    const open = (path: string) => openTweets({ kind: 'file', path }, new PassThrough());
    await expect(open(join(folder, 'none'))).rejects.toThrow(/none: there is no such file\.$/);
    await expect(open(folder)).rejects.toThrow(/: it is a directory\.$/);
  });

  it('reads standard input', async () => {
    const stdin = new PassThrough();
    stdin.end(tweet('1') + tweet('2'));
    const tweets = await openTweets({ kind: 'stdin' }, stdin);
    expect(await readAll(tweets)).toEqual({ ids: ['1', '2'], lines: 2, skipped: 0 });
  });

  it('generates exactly as many as asked for', async () => {
    const tweets = await openTweets({ kind: 'generator', count: 250, seed: 3 }, new PassThrough());
    const { ids, lines } = await readAll(tweets);
    expect(ids).toHaveLength(250);
    expect(lines).toBe(250);
  });

  it('does not wait for a silent pipe once told to stop, and lets go of it', async () => {
    const stdin = new PassThrough();
    stdin.write(tweet('1'));
    const controller = new AbortController();
    const tweets = await openTweets({ kind: 'stdin' }, stdin);
    setImmediate(() => controller.abort());
    expect((await readAll(tweets, controller.signal)).ids).toEqual(['1']);
    if (!stdin.destroyed) await once(stdin, 'close');
  });
});
