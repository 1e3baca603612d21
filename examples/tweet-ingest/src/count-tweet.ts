import { identifyLine, type Skipped } from './tweet-line.js';

/** What is counted of a tweet. */
export interface CountedTweet {
  readonly id: string;
  /** Its hashtags without `#`, in lower case, each once. */
  readonly tags: ReadonlySet<string>;
}

/** What X takes for a hashtag; anything else did not come from X, and must not reach the terminal. */
const hashtag = /^[\p{L}\p{M}\p{N}_]{1,280}$/u;

/** Reads the hashtags that X marked in a tweet, those of a long post included. */
export function readCountedTweet(data: Uint8Array): CountedTweet | Skipped {
  const identified = identifyLine(data);
  if (!('tweet' in identified)) return identified;
  const { id, tweet } = identified;
  const tags = new Set<string>();
  for (const post of [tweet, tweet.note_tweet]) {
    for (const entity of listIn(memberOf(memberOf(post, 'entities'), 'hashtags'))) {
      const tag = memberOf(entity, 'tag');
      if (typeof tag === 'string' && hashtag.test(tag)) tags.add(tag.toLowerCase());
    }
  }
  return { id, tags };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
