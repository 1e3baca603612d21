import { ShardlineError } from '@shardline/core';

/** Why a {@link LedgerError} was thrown. */
export type LedgerErrorCode =
  /** A ledger file is missing, cannot be read, or holds a line that no ledger wrote. */
  | 'LEDGER_UNREADABLE'
  /** A ledger file cannot be created or written to. */
  | 'LEDGER_UNWRITABLE'
  /** The stream cannot be read: the service refused, or no call had success for too long. */
  | 'STREAM_UNREADABLE';

/** A ledger or a stream could not be read or written, so nothing can be said about its records. */
export class LedgerError extends ShardlineError {
  /** Stable identifier of the failure. */
  override readonly code: LedgerErrorCode;

  constructor(
    code: LedgerErrorCode,
    message: string,
    facts: { readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { retryable: false, ...facts });
    this.code = code;
  }
}
