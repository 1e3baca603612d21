import { describe, expect, it } from 'vitest';
import { readCountedTweet } from '../src/count-tweet.js';
import { TweetGenerator } from '../src/tweet-generator.js';

const read = (value: unknown) => readCountedTweet(Buffer.from(JSON.stringify(value)));
const tagged = (...tags: unknown[]) => ({ hashtags: tags.map((tag) => ({ start: 0, end: 1, tag })) });

describe('readCountedTweet', () => {
  it('reads hashtags of a bare tweet, an envelope and a long post, each once in lower case', () => {
    expect(read({ id: '1', entities: tagged('Lima', 'COVID_19', 'lima') })).toEqual({
      id: '1',
      tags: new Set(['lima', 'covid_19']),
    });
    expect(read({ data: { id: '2', entities: tagged('新冠') } })).toEqual({
      id: '2',
      tags: new Set(['新冠']),
    });
    const long = { id: '3', entities: tagged('a'), note_tweet: { text: '…', entities: tagged('A', 'b') } };
    expect(read(long)).toEqual({ id: '3', tags: new Set(['a', 'b']) });
  });

  it('asks for no author and no hashtags', () => {
    expect(read({ id: '1' })).toEqual({ id: '1', tags: new Set() });
  });

  it.each([null, 7, [], { hashtags: 'x' }, { hashtags: [null, 7, {}, { tag: 7 }] }])(
    'reads a tweet whose entities are %j as one without hashtags',
    (entities) => {
      expect(read({ id: '1', entities })).toEqual({ id: '1', tags: new Set() });
    },
  );

  it('leaves out what X would not take for a hashtag, terminal codes first of all', () => {
    const tags = tagged('', 'a b', '\u001b[2J', 'a'.repeat(281), 'fine');
    expect(read({ id: '1', entities: tags })).toEqual({ id: '1', tags: new Set(['fine']) });
  });

  it.each([
    ['not JSON', 'nonsense'],
    ['no id', '{"data":{"id":7}}'],
    ['not an object', '[]'],
  ])('says why something is no tweet: %s', (reason, text) => {
    expect(readCountedTweet(Buffer.from(text))).toMatchObject({ reason });
  });

  it('reads what the generator makes', () => {
    const generator = new TweetGenerator({ seed: 3 });
    const envelopes = Array.from({ length: 50 }, () => generator.next());
    const tags = envelopes
      .map((envelope) => read(envelope))
      .flatMap((tweet) => ('tags' in tweet ? [...tweet.tags] : []));
    expect(tags.length).toBeGreaterThan(10);
  });
});
