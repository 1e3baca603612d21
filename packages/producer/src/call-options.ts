import { InvalidOptionError, type ShardlineError } from '@shardline/core';
import {
  abortSignal,
  aThing,
  callable,
  constructorName,
  deadline,
  type OptionTable,
  resolveOptions,
} from '@shardline/core/internal';
import { receivedInWords } from './received-in-words.js';
import type { UserRecord } from './user-record.js';

/** Options of {@link Producer.put} and {@link Producer.putMany}. */
export interface PutOptions {
  /**
   * Is no time-out of the put (`recordTtlMs` is): when it fires, what still waits for room fails with `PUT_ABORTED`, and what was accepted
   * and is neither in an aggregate nor was ever sent with `PUT_WITHDRAWN`. The others go on and their put waits for them; their
   * results and errors say `abortedTooLate`.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Producer.waitForRoom}. */
export interface RoomOptions {
  /** Ends the wait when it fires: the call rejects with the signal's reason, and whoever waits behind it comes next. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Producer.flush}. */
export interface FlushOptions {
  /** Ends the wait when it fires: the call rejects with the signal's reason, and the records go on. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Producer.close}. */
export interface CloseOptions {
  /**
   * Longest wait until everything is settled, in milliseconds, 0 or more; what is left then fails with `SHUTDOWN_TIMEOUT`.
   * @defaultValue 30,000
   */
  readonly deadlineMs?: number | undefined;
  /** Is to the wait what its deadline is. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Producer.writableStream}. */
export interface RecordStreamOptions {
  /**
   * Told of every record of the stream that was refused, or accepted and not stored, with its error; the stream goes on, unless this
   * throws: then it ends with what was thrown. Without it the stream ends with the first such error.
   */
  readonly onFailure?: ((error: ShardlineError, record: UserRecord) => void) | undefined;
}

/** Options of {@link Producer.writable}. */
export interface RecordWritableOptions extends RecordStreamOptions {
  /** Destroys the stream with an `AbortError` when it fires. What the producer has taken from it goes on. */
  readonly signal?: AbortSignal | undefined;
}

const signal = Object.freeze(abortSignal());

/** The option table of put and putMany. */
export const putOptions: OptionTable<keyof PutOptions> = Object.freeze({
  signal: {
    summary:
      'Takes back what waits for room, or is neither in an aggregate nor was ever sent, when it fires; no time-out of the put.',
    ...signal,
    reason: 'A caller that has given up should not hold a place in the line.',
  },
});

/** The option table of waitForRoom. */
export const roomOptions: OptionTable<keyof RoomOptions> = Object.freeze({
  signal: {
    summary: 'Ends the wait when it fires, and gives its place in the line up.',
    ...signal,
    reason: 'Who does not put any more should not hold up those behind.',
  },
});

/** The option table of flush. */
export const flushOptions: OptionTable<keyof FlushOptions> = Object.freeze({
  signal: {
    summary: 'Ends the wait when it fires; the records go on.',
    ...signal,
    reason: 'What is accepted is settled whoever waits for it.',
  },
});

/** The option table of close. */
export const closeOptions: OptionTable<keyof CloseOptions> = Object.freeze({
  deadlineMs: {
    summary: 'Longest wait until everything is settled, in milliseconds; what is left then fails.',
    ...deadline(),
    defaultValue: 30_000,
    reason: 'What Kubernetes gives a container to stop.',
  },
  signal: {
    summary: 'Is to the wait what its deadline is, when it fires.',
    ...signal,
    reason: 'For deadlines that are not known beforehand.',
  },
});

/** The option table of writableStream. */
export const recordStreamOptions: OptionTable<keyof RecordStreamOptions> = Object.freeze({
  onFailure: {
    summary: 'Told of every record that was refused or not stored; the stream then goes on.',
    ...callable(),
    reason: 'Without it the first failure ends the stream; required where the producer has no onOutcomes.',
  },
});

/** The option table of writable. */
export const recordWritableOptions: OptionTable<keyof RecordWritableOptions> = Object.freeze({
  ...recordStreamOptions,
  signal: {
    summary: 'Destroys the stream when it fires; what the producer has taken from it goes on.',
    ...signal,
    reason: 'What was accepted goes on; the rest was not accepted.',
  },
});

/** Throws `INVALID_OPTION` for what is no list, where one record or none was meant, or what only can be gone through. */
export function refuseNoArray(owner: string, records: unknown): void {
  if (Array.isArray(records)) return;
  const inWords = receivedInWords('records', records);
  const expected = 'an array of records';
  throw new InvalidOptionError({ owner, option: 'records', received: records, expected, inWords });
}

/** Checks the options of one call and fills in defaults; none cost nothing. Throws `INVALID_OPTION`. */
export function resolveCallOptions<Options extends object>(
  method: string,
  table: OptionTable<keyof Options & string>,
  given: Options | undefined,
): Options {
  if (given === undefined) return {} as Options;
  const owner = `Producer.${method}`;
  refuseOtherObjects(owner, table, given);
  return resolveOptions(owner, table, given) as Options;
}

/** A signal in the place of options has no members of its own: it would pass for options that are all absent. */
function refuseOtherObjects(owner: string, table: object, given: object): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
  if (isPlain(given) && !('aborted' in given)) return;
  const name = constructorName(given) ?? 'Object';
  throw new InvalidOptionError({
    owner,
    option: 'options',
    received: given,
    expected: `an object of options${'signal' in table ? ' (did you mean { signal }?)' : ''}`,
    ...(name !== 'Object' && { inWords: aThing(name) }),
  });
}

/** Of whichever realm. */
function isPlain(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
