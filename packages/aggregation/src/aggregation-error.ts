/** Why an {@link AggregationError} was thrown. */
export type AggregationErrorCode =
  /** An aggregate without user records was to be sealed. */
  | 'EMPTY_AGGREGATE'
  /** A hash key is not a decimal number from 0 to 2^128 - 1, or a range ends before it starts. */
  | 'INVALID_HASH_KEY'
  /** Something given to `deaggregate` is neither a record of Kinesis nor of Lambda, nor bytes. */
  | 'INVALID_INPUT'
  /** An option of `deaggregate` is unknown or wrong. */
  | 'INVALID_OPTION'
  /** `json()` of a user record whose data is not JSON. */
  | 'INVALID_JSON';

/**
 * What this package throws. It has the shape of Shardline's other errors (stable `code`, `retryable`, `cause`) without their
 * base class, since this package has no dependencies. Match on {@link AggregationError.code}, not with `instanceof`.
 */
export class AggregationError extends Error {
  /** Stable identifier of the failure. */
  readonly code: AggregationErrorCode;
  /** Whether the same call may succeed later without a change by the caller: never, here. */
  readonly retryable = false;
  /** What was given, shortened; for `INVALID_JSON` the sequence number of the record. */
  readonly received: string;

  constructor(code: AggregationErrorCode, message: string, facts: { received: string; cause?: unknown }) {
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined);
    this.name = 'AggregationError';
    this.code = code;
    this.received = facts.received;
  }
}

/** A value as it may stand in an error message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null)
    return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no members'}`;
  return typeof value === 'function' ? 'a function' : String(value);
}
