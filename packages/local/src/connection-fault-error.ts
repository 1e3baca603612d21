import { ShardlineError } from '@shardline/core';
import type { SubscriptionCut } from './fault.js';

/**
 * A call ended without an answer: the connection was dropped (`reset`), or the caller's signal fired before the answer
 * came (`timeout`). Whether the call took effect cannot be told from this. A subscription ends with it when its connection
 * is cut between two events.
 */
export class ConnectionFaultError extends ShardlineError {
  override readonly code = 'CONNECTION_FAULT';
  /** How the connection failed. */
  readonly kind: 'reset' | 'timeout';
  /** In which way a subscription was cut; absent for other calls. */
  readonly cut: SubscriptionCut | undefined;

  constructor(operation: string, kind: 'reset' | 'timeout', cause?: unknown, cut?: SubscriptionCut) {
    super(
      cut === undefined ? unanswered(operation, kind) : `${operation}: its events were cut off (${cut}).`,
      {
        retryable: true,
        ...(cause === undefined ? {} : { cause }),
      },
    );
    this.kind = kind;
    this.cut = cut;
  }
}

function unanswered(operation: string, kind: 'reset' | 'timeout'): string {
  const what = kind === 'reset' ? 'the connection was reset' : 'the caller gave up waiting';
  return `${operation}: ${what} before an answer came; it may have taken effect.`;
}
