import { count, duration } from './format.js';

/** Everything that the summary of `count` says. */
export interface CountFacts {
  readonly closedWindows: number;
  /** Windows that were not closed when their shard was given up. */
  readonly openWindows: number;
  /** Tweets of closed windows. */
  readonly tweets: number;
  readonly repeats: number;
  /** Tweets of open windows: they are counted again by whoever goes on. */
  readonly openTweets: number;
  readonly skipped: number;
  /** Reads, handlers and writes that failed and were tried again, by error code. */
  readonly troubleByCode: ReadonlyMap<string, number>;
}

/** The summary of `count`, line by line. */
export function countSummaryOf(facts: CountFacts, elapsedMs: number): string[] {
  const { openWindows, openTweets, troubleByCode } = facts;
  const troubles = [...troubleByCode].map(([code, times]) => `${count(times)} ${code}`);
  const rows: [string, string][] = [
    [
      'closed',
      `${count(facts.closedWindows)} windows, ${count(facts.tweets)} tweets, ${count(facts.repeats)} repeats left out`,
    ],
    ['open', `${count(openWindows)} windows, ${count(openTweets)} tweets: counted again from their start`],
    ['skipped', `${count(facts.skipped)} records that are no tweets`],
    ['trouble', troubles.length > 0 ? `tried again: ${troubles.join(', ')}` : 'none'],
    ['time', duration(elapsedMs)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)}  ${text}`);
}
