import type { WindowCount } from './count-window.js';
import { count } from './format.js';

/**
 * One line for a window of a shard, such as
 * `2020-03-16T01:00:00Z shardId-000000000002 1,204 tweets: #covid_19 311, #lima 120`. The first two words are its key: a later line of
 * the same key replaces an earlier one.
 */
export function rowOf(shardId: string, window: WindowCount, closed: boolean, top: number): string {
  const start = new Date(window.startMs).toISOString().replace('.000Z', 'Z');
  const others = window.skipped > 0 ? `, ${count(window.skipped)} others` : '';
  const tags = [...window.byTag].sort(byCountThenName).slice(0, top);
  const list = tags.map(([tag, tweets]) => `#${tag} ${count(tweets)}`).join(', ');
  const soFar = closed ? '' : ' so far';
  return `${start} ${shardId} ${count(window.tweets)} tweets${others}${soFar}${list && `: ${list}`}`;
}

/** The same counts always make the same line. */
function byCountThenName([tagA, countA]: [string, number], [tagB, countB]: [string, number]): number {
  if (countA !== countB) return countB - countA;
  return tagA < tagB ? -1 : 1;
}
