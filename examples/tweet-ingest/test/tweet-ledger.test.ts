import type { StoredUserRecord } from '@shardline/testing';
import { describe, expect, it } from 'vitest';
import { identifyTweet, TweetLedger } from '../src/tweet-ledger.js';

const line = '{"data":{"id":"7","text":"ñandú","author_id":"a"}}';
const tweet = { id: '7', partitionKey: 'a', data: line };

function ledger() {
  const lines: unknown[] = [];
  return {
    lines,
    tweets: new TweetLedger({
      accepted: (record) => lines.push({ accepted: record }),
      failed: (record) => lines.push({ failed: record }),
    }),
  };
}

const stored = (data: string): StoredUserRecord => ({
  shardId: 's',
  sequenceNumber: '1',
  subSequenceNumber: 0,
  aggregated: true,
  partitionKey: 'a',
  explicitHashKey: undefined,
  data: Buffer.from(data),
});

describe('TweetLedger', () => {
  it('notes a tweet so that the one in the stream is recognised, data and all', () => {
    const { lines, tweets } = ledger();
    tweets.accepted(tweet);
    expect(lines).toEqual([{ accepted: identifyTweet(stored(line)) }]);
    expect(identifyTweet(stored(line.replace('ñ', 'n')))?.checksum).not.toBe(
      identifyTweet(stored(line))?.checksum,
    );
  });

  it('notes a tweet that the input holds twice once, and counts the second', () => {
    const { lines, tweets } = ledger();
    tweets.accepted(tweet);
    tweets.accepted({ ...tweet, data: Buffer.from(line) });
    expect(lines).toHaveLength(1);
    expect(tweets.secondCopies).toBe(1);
    expect([tweets.holds('7'), tweets.holds('8'), tweets.holds(undefined)]).toEqual([true, false, false]);
  });

  it('notes failures under the id of the tweet that failed', () => {
    const { lines, tweets } = ledger();
    const failure = (data: string | Uint8Array, mayBeStored: boolean) =>
      Object.assign(new Error('x'), {
        code: 'X',
        retryable: false,
        mayBeStored,
        record: { partitionKey: 'a', data },
      });
    const failures = [failure(line, true), failure(Buffer.from('{"id":"8"}'), false)];
    tweets.settled({
      length: 2,
      at: () => {
        throw new Error('not used');
      },
      failures: () => failures.map((error, index) => ({ index, stored: false as const, error })),
      *[Symbol.iterator]() {},
    });
    tweets.refused({ ...tweet, id: '9' });
    expect(lines).toEqual([
      { failed: { id: '7', mayBeStored: true } },
      { failed: { id: '8', mayBeStored: false } },
      { failed: { id: '9', mayBeStored: false } },
    ]);
  });
});

describe('identifyTweet', () => {
  it.each(['nonsense', '7', '{}', '{"data":null}', '{"id":7}'])('does not know %s', (data) => {
    expect(identifyTweet(stored(data))).toBeUndefined();
  });

  it('knows a bare tweet', () => {
    expect(identifyTweet(stored('{"id":"3"}'))).toMatchObject({ id: '3', key: 'a' });
  });
});
