import type { Attempt } from './attempt.js';
import type { ShardMapFailure } from './shard-map-failures.js';

/** What an attempt ends in that `close()` takes back at its deadline. */
const givenUp = 'ShutdownTimeout';

/** Longest piece of others' own words that goes into a message. */
const quotedCharacters = 200;

/** How many attempts there were, kept or not. */
export function triesOf(facts: {
  readonly attempts: readonly Attempt[];
  readonly attemptsLeftOut?: number;
}): number {
  return facts.attempts.length + (facts.attemptsLeftOut ?? 0);
}

/** What became of the attempts, as the end of a sentence; where there was none, why the shards are not known, if they are not. */
export function historyOf(attempts: readonly Attempt[], mapFailure?: ShardMapFailure): string {
  const last = attempts.at(-1);
  if (last === undefined) {
    if (mapFailure === undefined) return 'it was never sent';
    const { call, reason, message } = mapFailure;
    return `it was never sent, since the shards of the stream are not known: ${call} ended in ${reason}${quoted(message)}`;
  }
  const { errorCode = 'UnknownError', errorMessage = '' } = last;
  if (errorCode === givenUp) return 'its last attempt had no answer yet';
  return `its last attempt ended in ${errorCode}${quoted(errorMessage)}`;
}

/** They are one line already: `boundedWords` made them so. */
function quoted(message: string): string {
  const words = message.slice(0, quotedCharacters).trimEnd().replace(/\.$/, '');
  return words === '' ? '' : `: ${words}`;
}
