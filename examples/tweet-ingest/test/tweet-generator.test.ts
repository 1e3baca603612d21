import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Tweet, TweetEnvelope } from '../src/tweet.js';
import { TweetGenerator } from '../src/tweet-generator.js';

const many = 20_000;

function generate(seed: number, count = many): TweetEnvelope[] {
  const generator = new TweetGenerator({ seed });
  return Array.from({ length: count }, () => generator.next());
}

function entityTexts(tweet: Tweet): { inText: string; named: string }[] {
  const points = [...tweet.text];
  const cut = ({ start, end }: { start: number; end: number }) => points.slice(start, end).join('');
  const { hashtags = [], mentions = [], urls = [] } = tweet.entities ?? {};
  return [
    ...hashtags.map((entity) => ({ inText: cut(entity), named: `#${entity.tag}` })),
    ...mentions.map((entity) => ({ inText: cut(entity), named: `@${entity.username}` })),
    ...urls.map((entity) => ({ inText: cut(entity), named: entity.url })),
  ];
}

const countBy = (values: Iterable<string>) => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1]);
};

describe('TweetGenerator', () => {
  const tweets = generate(1);
  const sizes = tweets.map((tweet) => Buffer.byteLength(JSON.stringify(tweet))).sort((a, b) => a - b);
  const quantile = (share: number) => sizes[Math.floor(share * (sizes.length - 1))] ?? 0;

  it('repeats itself from the seed, and differs with another', () => {
    expect(generate(5, 500)).toEqual(generate(5, 500));
    expect(generate(5, 500)).not.toEqual(generate(6, 500));
  });

  it('has the sizes of real tweets: 400 bytes to 4.5 kB, the median near 600', () => {
    expect(quantile(0)).toBeGreaterThan(380);
    expect(quantile(0.5)).toBeGreaterThan(560);
    expect(quantile(0.5)).toBeLessThan(640);
    expect(quantile(0.99)).toBeGreaterThan(1_200);
    expect(quantile(1)).toBeGreaterThan(2_500);
    expect(quantile(1)).toBeLessThan(4_500);
  });

  it('gives rising ids and times that the ids agree with', () => {
    tweets.slice(1).forEach(({ data }, index) => {
      expect(BigInt(data.id) > BigInt(tweets[index]?.data.id ?? data.id)).toBe(true);
    });
    const last = tweets.at(-1)?.data;
    const idMs = Number(BigInt(last?.id ?? 0) >> 22n) + 1_288_834_974_657;
    expect(Math.floor(idMs / 1_000) * 1_000).toBe(Date.parse(last?.created_at ?? ''));
  });

  it('places hashtags, mentions and links where they stand in the text', () => {
    const entities = tweets.flatMap(({ data }) => entityTexts(data));
    expect(entities.length).toBeGreaterThan(many);
    for (const { inText, named } of entities) expect(inText).toBe(named);
  });

  it('spreads tweets over authors by its law: no author above 1 %, a long tail of rare ones', () => {
    const authors = countBy(tweets.map(({ data }) => data.author_id));
    expect((authors[0]?.[1] ?? 0) / many).toBeGreaterThan(0.001);
    expect((authors[0]?.[1] ?? 0) / many).toBeLessThan(0.01);
    expect(authors.length).toBeGreaterThan(many / 4);
    const firstHundred = authors.slice(0, 100).reduce((sum, [, hits]) => sum + hits, 0);
    expect(firstHundred / many).toBeGreaterThan(0.1);
  });

  it('skews hashtags towards #COVID_19 and names Lima', () => {
    const tags = countBy(tweets.flatMap(({ data }) => data.entities?.hashtags?.map(({ tag }) => tag) ?? []));
    expect(tags[0]?.[0]).toBe('COVID_19');
    expect(tags[0]?.[1]).toBeGreaterThan(5 * (tags[9]?.[1] ?? 0));
    expect(tweets.filter(({ data }) => /lima/i.test(data.text)).length).toBeGreaterThan(many / 4);
  });

  it('writes several languages, mostly Spanish, with accents and emoji', () => {
    const languages = countBy(tweets.map(({ data }) => data.lang));
    expect(languages[0]?.[0]).toBe('es');
    expect(languages.length).toBeGreaterThanOrEqual(6);
    const texts = tweets.map(({ data }) => data.text).join('\n');
    for (const sample of ['ó', 'ñ', '😷', '🇵🇪', 'Rímac', '新型', 'كورونا']) expect(texts).toContain(sample);
  });

  it('never gives two authors one id', () => {
    const { all } = new TweetGenerator({ seed: 9 }).authors;
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it.each([1, 2, 3, 7, 42])('fits 5,200 tweets/s under the byte caps of four shards with seed %i', (seed) => {
    const { authors } = new TweetGenerator({ seed });
    const shards = [0, 0, 0, 0];
    authors.all.forEach(({ id }, rank) => {
      const shard = (createHash('md5').update(id).digest()[0] ?? 0) >> 6;
      shards[shard] = (shards[shard] ?? 0) + (authors.shares[rank] ?? 0);
    });
    const meanBytes = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const keyAndFraming = 35;
    expect(Math.max(...shards) * 5_200 * (meanBytes + keyAndFraming)).toBeLessThan(0.97 * 1_048_576);
  });

  it('puts the line under its author', () => {
    const generator = new TweetGenerator({ seed: 1 });
    const record = generator.nextRecord();
    expect(JSON.parse(String(record.data))).toEqual(tweets[0]);
    expect(record).toMatchObject({ id: tweets[0]?.data.id, partitionKey: tweets[0]?.data.author_id });
  });
});
