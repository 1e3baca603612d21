import { ShardlineError } from '@shardline/core';

/**
 * A call ended without an answer: the connection was dropped (`reset`), or the caller's signal fired before the answer
 * came (`timeout`). Whether the call took effect cannot be told from this.
 */
export class ConnectionFaultError extends ShardlineError {
  override readonly code = 'CONNECTION_FAULT';
  /** How the connection failed. */
  readonly kind: 'reset' | 'timeout';

  constructor(operation: string, kind: 'reset' | 'timeout', cause?: unknown) {
    const what = kind === 'reset' ? 'the connection was reset' : 'the caller gave up waiting';
    const options = { retryable: true, ...(cause === undefined ? {} : { cause }) };
    super(`${operation}: ${what} before an answer came; it may have taken effect.`, options);
    this.kind = kind;
  }
}
