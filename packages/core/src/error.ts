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
  /** What was given. */
  readonly received: unknown;
  /** What would have been right. */
  readonly expected: string;

  /** `quoted: false` keeps the value out of the text: that of an unknown option may be a secret in the wrong place. */
  constructor(facts: {
    owner: string;
    option: string;
    received: unknown;
    expected: string;
    quoted?: boolean;
  }) {
    const received = facts.quoted === false ? `a ${typeof facts.received}` : describe(facts.received);
    super(`${facts.owner}: option "${facts.option}" must be ${facts.expected}; received ${received}.`, {
      retryable: false,
    });
    this.option = facts.option;
    this.received = facts.received;
    this.expected = facts.expected;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
