import { LineSplitter } from './line-splitter.js';
import type { TweetRecord } from './tweet.js';
import { readTweetLine, type Skipped } from './tweet-line.js';

/** A line that was not put. */
export interface SkippedLine extends Skipped {
  /** Counted from 1. */
  readonly lineNumber: number;
}

/** How {@link readTweets} reads. */
export interface ReadTweetsOptions {
  /**
   * Longest line, in bytes; a longer one is skipped unread. @defaultValue 1,048,320: a Kinesis record of 1 MiB less the
   * longest ASCII partition key
   */
  readonly maxLineBytes?: number;
  /** Told of every line that is neither a tweet nor blank. */
  readonly onSkipped: (line: SkippedLine) => void;
  /** Told of every line with something on it. */
  readonly onLine?: () => void;
}

const defaultMaxLineBytes = 1_048_576 - 256;

/**
 * Tweets of an NDJSON source, a chunk's worth at a time. Reads on only when asked to (back-pressure), holds one chunk and
 * one unfinished line, and never fails because of a line. Blank lines are passed over: the X API sends one every 20 s
 * to keep a quiet stream open.
 */
export async function* readTweets(
  source: AsyncIterable<Uint8Array>,
  options: ReadTweetsOptions,
): AsyncGenerator<readonly TweetRecord[]> {
  const maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  const splitter = new LineSplitter(maxLineBytes);
  const read = (lines: ReturnType<LineSplitter['push']>) => {
    const tweets: TweetRecord[] = [];
    for (const { number, bytes } of lines) {
      if (bytes && isBlank(bytes)) continue;
      options.onLine?.();
      const result = bytes ? readTweetLine(bytes) : tooLong(maxLineBytes);
      if ('reason' in result) options.onSkipped({ lineNumber: number, ...result });
      else tweets.push(result);
    }
    return tweets;
  };
  for await (const chunk of source) {
    const tweets = read(splitter.push(chunk));
    if (tweets.length > 0) yield tweets;
  }
  const last = read(splitter.end());
  if (last.length > 0) yield last;
}

function tooLong(maxLineBytes: number): Skipped {
  return { reason: 'too long', detail: `more than ${maxLineBytes.toLocaleString('en-US')} bytes` };
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
