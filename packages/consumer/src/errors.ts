import { ShardlineError } from '@shardline/core';
import type { Checkpoint } from './checkpoint.js';
import type { CoordinationTask, HandlerCall, ReleaseReason } from './events.js';

/** Words for what a handler threw, which may be anything. */
function inWords(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`.replace(/\.$/, '');
  return typeof thrown === 'string'
    ? JSON.stringify(thrown.slice(0, 200))
    : `a thrown ${thrown === null ? 'null' : typeof thrown}`;
}

/** Words for a place in a shard. */
function place(checkpoint: Checkpoint): string {
  return `${checkpoint.sequenceNumber}/${checkpoint.subSequenceNumber}`;
}

/** Why a consumer cannot read its stream until somebody acts. */
export type ConsumerFailedCode =
  | 'STREAM_NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS_REJECTED'
  | 'ENCRYPTION_KEY_UNUSABLE'
  | 'CLIENT_MISCONFIGURED'
  | 'REQUEST_REFUSED'
  | 'READ_FAILED';

/** A call to Kinesis failed: `start()` rejects with it where no retry mends it, `onError` gets it where it is tried again. */
export class KinesisCallError extends ShardlineError {
  override readonly code: ConsumerFailedCode;
  /** Stream name or ARN, as given. */
  readonly stream: string;
  /** The shard it was about; undefined where it was about the stream. */
  readonly shardId: string | undefined;
  /** The API call, such as `GetRecords`. */
  readonly call: string;
  /** The service's error name, or Node's code of a broken connection. */
  readonly serviceError: string;

  constructor(
    code: ConsumerFailedCode,
    message: string,
    facts: {
      stream: string;
      shardId: string | undefined;
      call: string;
      serviceError: string;
      retryable: boolean;
      cause: unknown;
    },
  ) {
    super(message, { retryable: facts.retryable, cause: facts.cause });
    this.code = code;
    this.stream = facts.stream;
    this.shardId = facts.shardId;
    this.call = facts.call;
    this.serviceError = facts.serviceError;
  }
}

/** A handler threw or rejected. The record or batch is handed over again; the shard waits, others go on. */
export class HandlerFailedError extends ShardlineError {
  override readonly code = 'HANDLER_FAILED';
  /** The shard. */
  readonly shardId: string;
  /** Which method failed. */
  readonly call: HandlerCall;
  /** The (first) record it was called with; undefined for calls without records. */
  readonly at: Checkpoint | undefined;
  /** How often it was tried so far. */
  readonly attempts: number;

  constructor(facts: {
    shardId: string;
    call: HandlerCall;
    at: Checkpoint | undefined;
    attempts: number;
    again: boolean;
    cause: unknown;
  }) {
    const record = facts.at ? ` at record ${place(facts.at)}` : '';
    const next = facts.again
      ? 'It is called again after a pause, and the shard waits; other shards go on.'
      : 'It is not called again.';
    const why = `with ${inWords(facts.cause)}`;
    super(
      `${facts.call} failed for shard ${facts.shardId}${record}, attempt ${facts.attempts}, ${why}. ${next}`,
      {
        retryable: facts.again,
        cause: facts.cause,
      },
    );
    this.shardId = facts.shardId;
    this.call = facts.call;
    this.at = facts.at;
    this.attempts = facts.attempts;
  }
}

/** A handler has not settled for long (C10). It keeps its lease; giving it up is up to you. */
export class HandlerStalledError extends ShardlineError {
  override readonly code = 'HANDLER_STALLED';
  /** The shard. */
  readonly shardId: string;
  /** Which method hangs. */
  readonly call: HandlerCall;
  /** Since the call, in milliseconds. */
  readonly forMs: number;

  constructor(shardId: string, call: HandlerCall, forMs: number) {
    super(
      `${call} of shard ${shardId} has not settled for ${Math.round(forMs)} ms. The shard waits and keeps its lease; ` +
        'give what it waits for a time-out, or stop the consumer.',
      { retryable: false },
    );
    this.shardId = shardId;
    this.call = call;
    this.forMs = forMs;
  }
}

/** The lease is lost: another worker has it, or may take it at any moment (C2). Nothing more is checkpointed under it. */
export class LeaseLostError extends ShardlineError {
  override readonly code = 'LEASE_LOST';
  /** The shard. */
  readonly shardId: string;
  /** How it was lost. */
  readonly reason: ReleaseReason;

  constructor(shardId: string, reason: ReleaseReason) {
    super(
      `The lease of shard ${shardId} is lost (${reason}), so nothing more is checkpointed. ` +
        'Stop working on the shard; its next owner goes on from the last checkpoint.',
      { retryable: false },
    );
    this.shardId = shardId;
    this.reason = reason;
  }
}

/** A checkpoint lies before the last one, or behind the last record that the handler was given. */
export class CheckpointOutOfRangeError extends ShardlineError {
  override readonly code = 'CHECKPOINT_OUT_OF_RANGE';
  /** The shard. */
  readonly shardId: string;
  /** What was given. */
  readonly received: unknown;
  /** The last checkpoint. */
  readonly lowest: Checkpoint;
  /** The last record that was handed over. */
  readonly highest: Checkpoint;

  constructor(shardId: string, received: unknown, lowest: Checkpoint, highest: Checkpoint) {
    super(
      `The checkpoint of shard ${shardId} was not written: it must lie from ${place(lowest)} (the last checkpoint) to ` +
        `${place(highest)} (the last record handed over); received ${JSON.stringify(received)}.`,
      { retryable: false },
    );
    this.shardId = shardId;
    this.received = received;
    this.lowest = lowest;
    this.highest = highest;
  }
}

/** With `checkpoint: 'manual'`, `shardEnded` returned without a checkpoint: the children cannot start. It is called again. */
export class ShardEndNotCheckpointedError extends ShardlineError {
  override readonly code = 'SHARD_END_NOT_CHECKPOINTED';
  /** The shard. */
  readonly shardId: string;

  constructor(shardId: string) {
    super(
      `shardEnded of shard ${shardId} returned without a checkpoint, so its children cannot start. ` +
        'Call checkpointer.checkpoint() in it; it is called again.',
      { retryable: true },
    );
    this.shardId = shardId;
  }
}

/** A consumer was asked for something that its state does not allow. */
export class ConsumerStateError extends ShardlineError {
  override readonly code = 'CONSUMER_STATE';

  constructor(message: string) {
    super(message, { retryable: false });
  }
}

/** The application's leases are of another stream, or of several: this consumer reads one. */
export class ForeignLeasesError extends ShardlineError {
  override readonly code = 'FOREIGN_LEASES';
  /** Keys of some of them. */
  readonly leaseKeys: readonly string[];

  constructor(applicationName: string, stream: string, leaseKeys: readonly string[]) {
    super(
      `The leases of application "${applicationName}" are not those of stream "${stream}": the table has ` +
        `${leaseKeys.map((key) => `"${key}"`).join(', ')}, which does not fit the stream's shards. Give each stream an applicationName of its ` +
        'own; where the stream was deleted and made again under its name, delete its old leases.',
      { retryable: false },
    );
    this.leaseKeys = leaseKeys;
  }
}

/** The lease store did not answer in time. It is asked again; a lease that cannot be renewed for long is given up (C2). */
export class LeaseStoreSilentError extends ShardlineError {
  override readonly code = 'LEASE_STORE_SILENT';
  /** What was tried. */
  readonly task: CoordinationTask;

  constructor(task: CoordinationTask, cause: Error) {
    super(
      `The lease store did not answer in time (${task}): ${cause.message} It is asked again. ` +
        'Check the network to it and its capacity; a longer failoverMs waits longer.',
      { retryable: true, cause },
    );
    this.task = task;
  }
}

/** What a call to the store ended in: a time-out as a {@link LeaseStoreSilentError}, all else as it is. */
export function withSilence(task: CoordinationTask, thrown: unknown): unknown {
  const silent = thrown instanceof Error && thrown.name === 'TimeoutError';
  return silent ? new LeaseStoreSilentError(task, thrown) : thrown;
}
