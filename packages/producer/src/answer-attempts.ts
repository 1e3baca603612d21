import { type Attempt, withAttempt } from './attempt.js';

/** How an attempt failed, in the service's words. */
export interface AttemptError {
  readonly name: string;
  readonly message?: string | undefined;
}

/** When an attempt was made, and how long it took. */
export type AttemptTimes = Pick<Attempt, 'delayMs' | 'durationMs'>;

/** A history that has grown, and what of it nobody else has. */
export interface GrownHistory {
  readonly attempts: readonly Attempt[];
  readonly ownBytes: number;
}

/** An attempt that is over. */
export interface EntryAttempt {
  readonly sentMs: number;
  readonly endMs: number;
  /** Those of the same answer. */
  readonly attempts: AnswerAttempts;
}

/** The last one made of those that ended in the same words, or well: records that ended together before have the next one in common. */
interface Alike {
  readonly error: AttemptError | undefined;
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
 * The attempts of what one answer says of the entries of a lane. An outage lets everything that waits fail again and again, and what
 * goes alone ends by the thousand: what of its histories is the same is there once, and the rest is told, to be counted (P2).
 */
export class AnswerAttempts {
  readonly #stored: Alike = { error: undefined };
  readonly #failed = new Map<string, Alike>();

  /** `history` with an attempt at its end that failed with `error`, or, without one, stored the record. */
  add(history: readonly Attempt[], times: AttemptTimes, error?: AttemptError): GrownHistory {
    const known = this.#failed.size;
    const alike = error ? this.#alikeOf(error) : this.#stored;
    const { name = '', message = '' } = alike.error ?? {};
    const wordsBytes = this.#failed.size > known ? name.length + message.length : 0;
    const shared = isSame(alike.attempt, times) ? alike.attempt : undefined;
    if (shared && alike.from === history && alike.to) return { attempts: alike.to, ownBytes: 0 };
    const attempt = shared ?? made(times, alike.error);
    alike.attempt = attempt;
    alike.from = history;
    alike.to = withAttempt(history, attempt);
    const lists = history.length === 0 ? listBytes + placeBytes : placeBytes;
    return { attempts: alike.to, ownBytes: lists + (shared ? 0 : attemptBytes) + wordsBytes };
  }

  #alikeOf({ name, message }: AttemptError): Alike {
    const words = `${name} ${message}`;
    const known = this.#failed.get(words);
    if (known) return known;
    if (this.#failed.size < mostWords) return this.#remember(words, { name, message });
    return this.#failed.get(name) ?? this.#remember(name, { name });
  }

  #remember(words: string, error: AttemptError): Alike {
    const alike = { error };
    this.#failed.set(words, alike);
    return alike;
  }
}

function isSame(attempt: Attempt | undefined, times: AttemptTimes): boolean {
  return attempt?.delayMs === times.delayMs && attempt.durationMs === times.durationMs;
}

/**
 * Frozen, since several records have it. Written out: V8 gives each copy by `...` of an object with fractions a shape of its own, which
 * is 200 bytes more.
 */
function made({ delayMs, durationMs }: AttemptTimes, error: AttemptError | undefined): Attempt {
  if (!error) return Object.freeze({ delayMs, durationMs, success: true });
  const { name: errorCode, message: errorMessage } = error;
  if (errorMessage === undefined) return Object.freeze({ delayMs, durationMs, success: false, errorCode });
  return Object.freeze({ delayMs, durationMs, success: false, errorCode, errorMessage });
}
