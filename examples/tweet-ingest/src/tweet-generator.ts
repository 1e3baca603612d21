import { type Author, Authors } from './authors.js';
import { Dice } from './dice.js';
import { SnowflakeIds } from './snowflake.js';
import type { PublicMetrics, Tweet, TweetEnvelope, TweetRecord } from './tweet.js';
import { composeLongText, composeText, ordinaryLength } from './tweet-text.js';
import type { ZipfShape } from './zipf.js';

/** What decides a generated stream. */
export interface TweetGeneratorOptions {
  /** The same seed gives the same tweets. */
  readonly seed: number;
  /** Mean number of tweets in a second of `created_at`. @defaultValue 5,200 */
  readonly perSecond?: number;
  /** How the tweets are spread over authors. @defaultValue 50,000 authors, see authors.ts */
  readonly authors?: ZipfShape;
}

/** The first post is made when Peru announced its state of emergency, 15 March 2020, 20:00 in Lima. */
const startMs = Date.parse('2020-03-16T01:00:00.000Z');

const replyShare = 0.15;
const quoteShare = 0.06;
const longPostShare = 0.012;
const matchingRules = [{ id: '1239390118642176001', tag: '#COVID_19 lima' }] as const;

/**
 * Seeded tweets in the shape of the X API's filtered stream.
 *
 * Sizes: the fields that everybody asks for (ids, time, language, counters, hashtags) make about 480 bytes of JSON
 * around a text of 60 to 200 bytes, so an ordinary line has 480 to 800 bytes; a link or a quoted post adds 300 to 450,
 * a long post up to 3 kB. That gives a median near 600 bytes, a mean near 660 and a tail to 4 kB. X's own lines run from
 * about 400 bytes with no optional field to several kB with every expansion.
 */
export class TweetGenerator {
  /** Who writes, and how much. */
  readonly authors: Authors;
  readonly #dice: Dice;
  readonly #ids = new SnowflakeIds(417);
  readonly #meanGapMs: number;
  #nowMs = startMs;

  constructor(options: TweetGeneratorOptions) {
    this.#dice = new Dice(options.seed);
    this.authors = new Authors(this.#dice, options.authors);
    this.#meanGapMs = 1_000 / (options.perSecond ?? 5_200);
  }

  /** The next tweet. */
  next(): TweetEnvelope {
    const dice = this.#dice;
    this.#nowMs -= Math.log(1 - dice.uniform()) * this.#meanGapMs;
    const author = this.authors.pick(dice);
    const answered = dice.chance(replyShare) ? this.#earlier() : undefined;
    const quoted = !answered && dice.chance(quoteShare) ? this.#earlier() : undefined;
    const data = this.#tweet(author, answered, quoted);
    const envelope = { data, matching_rules: matchingRules };
    return quoted ? { ...envelope, includes: { tweets: [quoted.post] } } : envelope;
  }

  /** The next tweet, ready for the producer. */
  nextRecord(): TweetRecord {
    const envelope = this.next();
    const { id, author_id: partitionKey } = envelope.data;
    return { id, partitionKey, data: JSON.stringify(envelope) };
  }

  #tweet(author: Author, answered: Earlier | undefined, quoted: Earlier | undefined): Tweet {
    const dice = this.#dice;
    const id = this.#ids.next(this.#nowMs);
    const long = dice.chance(longPostShare) ? composeLongText(dice, author.phrases) : undefined;
    const { text, ...entities } = composeText(dice, author.phrases, answered?.author);
    const refersTo = answered ?? quoted;
    return {
      id,
      text: long === undefined ? text : `${[...long].slice(0, ordinaryLength - 1).join('')}…`,
      author_id: author.id,
      created_at: secondOf(this.#nowMs),
      lang: author.phrases.lang,
      edit_history_tweet_ids: [id],
      public_metrics: metrics(dice),
      ...(long === undefined ? { entities: withoutEmpty(entities) } : { note_tweet: { text: long } }),
      ...(refersTo && {
        referenced_tweets: [{ type: answered ? 'replied_to' : 'quoted', id: refersTo.post.id } as const],
      }),
    };
  }

  /** A post from the hour before, by someone else or the same author. */
  #earlier(): Earlier {
    const dice = this.#dice;
    const author = this.authors.pick(dice);
    const atMs = this.#nowMs - 1_000 - dice.below(3_600_000);
    return {
      author,
      post: {
        id: new SnowflakeIds(dice.below(1_024)).next(atMs),
        text: composeText(dice, author.phrases).text,
        author_id: author.id,
        created_at: secondOf(atMs),
        lang: author.phrases.lang,
      },
    };
  }
}

interface Earlier {
  readonly author: Author;
  readonly post: Pick<Tweet, 'id' | 'text' | 'author_id' | 'created_at' | 'lang'>;
}

/** X gives whole seconds, with zero milliseconds. */
function secondOf(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
}

function metrics(dice: Dice): PublicMetrics {
  const shared = fewOrMany(dice, 1.1);
  const likes = fewOrMany(dice, 0.9);
  return {
    retweet_count: shared,
    reply_count: fewOrMany(dice, 1.6),
    like_count: likes,
    quote_count: fewOrMany(dice, 2.2),
    bookmark_count: fewOrMany(dice, 2.2),
    impression_count: 9 * (shared + likes) + fewOrMany(dice, 0.6),
  };
}

/** A Pareto count from zero: mostly none, now and then thousands. */
function fewOrMany(dice: Dice, steepness: number): number {
  return Math.min(5_000_000, Math.floor((1 - dice.uniform()) ** (-1 / steepness)) - 1);
}

/** X leaves out an entity list that would be empty. */
function withoutEmpty<Lists extends Record<string, readonly unknown[]>>(lists: Lists): Partial<Lists> {
  const filled: Partial<Lists> = {};
  for (const name of Object.keys(lists) as (keyof Lists)[]) {
    const list = lists[name];
    if (list && list.length > 0) filled[name] = list;
  }
  return filled;
}
