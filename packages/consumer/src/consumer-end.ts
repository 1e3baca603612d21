import type { ShardlineError } from '@shardline/core';

/** Why a consumer came to its end. */
export interface ConsumerEnd {
  /** `stop`: `stop()` was called. `stream-gone`: the stream was deleted. */
  readonly reason: 'stop' | 'stream-gone';
  /** What ended it, where it was not `stop()`. */
  readonly error?: ShardlineError;
}
