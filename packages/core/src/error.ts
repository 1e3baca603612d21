import { placeOf } from './misplaced-option.js';
import { nearName } from './near-name.js';

/** What every Shardline error is built from. */
export interface ShardlineErrorOptions {
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  /** What went wrong underneath. */
  readonly cause?: unknown;
}

/**
 * Base of every error that a Shardline package throws or rejects with.
 *
 * Match on {@link ShardlineError.code}, not with `instanceof`: an application can hold the ESM and the CJS copy of a
 * package at once. Every code has a row in docs/errors.md.
 */
export abstract class ShardlineError extends Error {
  /** Stable identifier of the failure, such as `RECORD_TOO_LARGE`. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;

  constructor(message: string, options: ShardlineErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.retryable = options.retryable;
    this.name = new.target.name;
  }
}

/** An option is unknown, missing, of the wrong type or out of range. */
export class InvalidOptionError extends ShardlineError {
  override readonly code = 'INVALID_OPTION';
  /** Name of the option. */
  readonly option: string;
  /** What was given; not shown where the error is printed. */
  readonly received: unknown;
  /** What would have been right. */
  readonly expected: string;

  /**
   * With `known`, the names there are, it is the name that is wrong; the value is then kept out of the text: it may be a secret in the
   * wrong place. `inWords` says what was given where that shows only to whoever refuses it.
   */
  constructor(facts: {
    readonly owner: string;
    readonly option: string;
    readonly received: unknown;
    readonly expected: string;
    readonly inWords?: string;
  });
  constructor(facts: {
    readonly owner: string;
    readonly option: string;
    readonly received: unknown;
    readonly known: readonly string[];
  });
  constructor(facts: {
    readonly owner: string;
    readonly option: string;
    readonly received: unknown;
    readonly expected?: string;
    readonly inWords?: string;
    readonly known?: readonly string[];
  }) {
    const { owner, option, received, known = [] } = facts;
    const unknown = facts.expected === undefined ? unknownName(option, known) : undefined;
    const expected = facts.expected ?? unknown?.expected ?? '';
    const wrong = unknown
      ? `is unknown; ${unknown.advice}`
      : `must be ${expected}; received ${facts.inWords ?? describe(received)}.`;
    super(`${owner}: option "${option}" ${wrong}`, { retryable: false });
    this.option = option;
    // Not among what logs show: it may be, or have, a secret in the wrong place.
    Object.defineProperty(this, 'received', { value: received, enumerable: false });
    this.expected = expected;
  }
}

/** What was meant with a name that is none of `known`, as far as that can be told. */
function unknownName(name: string, known: readonly string[]): { expected: string; advice: string } {
  const place = placeOf(name, known);
  if (place) return { expected: `"${place}.${name}"`, advice: `it belongs in ${place}.` };
  const meant = nearName(name, known);
  if (meant) return { expected: `"${meant}"`, advice: `did you mean "${meant}"?` };
  const expected = known.length === 1 ? `"${known[0]}", the only one` : `one of ${known.join(', ')}`;
  return { expected, advice: `it must be ${expected}.` };
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
