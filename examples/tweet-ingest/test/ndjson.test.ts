import { describe, expect, it } from 'vitest';
import { readTweets, type SkippedLine } from '../src/ndjson.js';

async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function readAll(source: AsyncIterable<Uint8Array>, maxLineBytes?: number) {
  const skipped: SkippedLine[] = [];
  const keys: string[] = [];
  let lines = 0;
  const options = {
    onSkipped: (line: SkippedLine) => skipped.push(line),
    onLine: () => {
      lines += 1;
    },
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
  };
  for await (const tweets of readTweets(source, options))
    keys.push(...tweets.map((tweet) => tweet.partitionKey));
  return { keys, lines, skipped: skipped.map(({ lineNumber, reason }) => `${lineNumber} ${reason}`) };
}

const tweet = (id: number) => `{"data":{"id":"${id}","author_id":"a${id}"}}`;

describe('readTweets', () => {
  it('reports corrupt lines with their number and goes on', async () => {
    const source = chunksOf(
      `${tweet(1)}\n{"data":\n${tweet(2)}\n{"id":"3"}\n`,
      'nonsense\n',
      `${tweet(4)}\n`,
    );
    expect(await readAll(source)).toEqual({
      keys: ['a1', 'a2', 'a4'],
      lines: 6,
      skipped: ['2 not JSON', '4 no author_id', '5 not JSON'],
    });
  });

  it('takes CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const source = chunksOf('\ufeff', `${tweet(1)}\r\n\r\n  \n${tweet(2)}\r`, `\n${tweet(3)}`);
    expect(await readAll(source)).toEqual({ keys: ['a1', 'a2', 'a3'], lines: 3, skipped: [] });
  });

  it('counts blank lines in line numbers', async () => {
    expect((await readAll(chunksOf('\n\nx\n'))).skipped).toEqual(['3 not JSON']);
  });

  it('skips a line above the limit unread', async () => {
    const source = chunksOf(`${'x'.repeat(100)}`, `${'x'.repeat(100)}\n${tweet(1)}\n`);
    expect(await readAll(source, 150)).toEqual({ keys: ['a1'], lines: 2, skipped: ['1 too long'] });
  });

  it('reads nothing of an empty source', async () => {
    expect(await readAll(chunksOf())).toEqual({ keys: [], lines: 0, skipped: [] });
  });

  it('reads no further than it is asked to', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield Buffer.from(`${tweet(read)}\n`);
      }
    }
    const tweets = readTweets(endless(), { onSkipped: () => undefined });
    await tweets.next();
    await tweets.next();
    expect(read).toBe(2);
    await tweets.return(undefined);
  });

  it('lets a failing source fail', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${tweet(1)}\n`);
      throw new Error('disk gone');
    }
    await expect(readAll(failing())).rejects.toThrow('disk gone');
  });
});
