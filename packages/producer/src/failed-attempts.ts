import { type Attempt, withAttempt } from './attempt.js';

/** How an attempt failed, in the service's words. */
export interface AttemptError {
  readonly name: string;
  readonly message: string;
}

/** When an attempt was made, and how long it took. */
export type AttemptTimes = Pick<Attempt, 'delayMs' | 'durationMs'>;

/** A history that has grown, and what of it nobody else has. */
export interface GrownHistory {
  readonly attempts: readonly Attempt[];
  readonly ownBytes: number;
}

/** The last one made of those that failed in the same words: records that failed together before have the next one in common. */
interface Alike {
  readonly error: Partial<AttemptError> & Pick<AttemptError, 'name'>;
  attempt?: Attempt;
  from?: readonly Attempt[];
  to?: readonly Attempt[];
}

/** Different words that are kept of one answer. */
const mostWords = 4;
/** Of an attempt with its numbers, of the list that it stands in, and of a place there (measured: 100, 32 and 8 bytes). */
const attemptBytes = 104;
const listBytes = 32;
const placeBytes = 8;

/**
 * The attempts of one answer that failed. An outage lets everything that waits fail again and again: what of its histories is the
 * same is there once, and the rest is told, to be counted (P2).
 */
export class FailedAttempts {
  readonly #alike = new Map<string, Alike>();

  /** `history` with an attempt at its end that failed with `error`. */
  add(history: readonly Attempt[], times: AttemptTimes, error: AttemptError): GrownHistory {
    const known = this.#alike.size;
    const alike = this.#alikeOf(error);
    const { name, message = '' } = alike.error;
    const wordsBytes = this.#alike.size > known ? name.length + message.length : 0;
    const shared = isSame(alike.attempt, times) ? alike.attempt : undefined;
    if (shared && alike.from === history && alike.to) return { attempts: alike.to, ownBytes: 0 };
    const attempt = shared ?? failed(times, alike.error);
    alike.attempt = attempt;
    alike.from = history;
    alike.to = withAttempt(history, attempt);
    const lists = history.length === 0 ? listBytes + placeBytes : placeBytes;
    return { attempts: alike.to, ownBytes: lists + (shared ? 0 : attemptBytes) + wordsBytes };
  }

  #alikeOf({ name, message }: AttemptError): Alike {
    const words = `${name} ${message}`;
    const known = this.#alike.get(words);
    if (known) return known;
    if (this.#alike.size < mostWords) return this.#remember(words, { name, message });
    return this.#alike.get(name) ?? this.#remember(name, { name });
  }

  #remember(words: string, error: Alike['error']): Alike {
    const alike = { error };
    this.#alike.set(words, alike);
    return alike;
  }
}

function isSame(attempt: Attempt | undefined, times: AttemptTimes): boolean {
  return attempt?.delayMs === times.delayMs && attempt.durationMs === times.durationMs;
}

/** Frozen, since several records have it. */
function failed(times: AttemptTimes, { name, message }: Alike['error']): Attempt {
  const base = { ...times, success: false, errorCode: name };
  return Object.freeze(message === undefined ? base : { ...base, errorMessage: message });
}
