import { ShardlineError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import * as errors from '../src/errors.js';
import * as door from '../src/index.js';
import { at, shardId } from './support/shard-tree.js';

const underneath = new Error('underneath');
const shard = shardId(3);
const failed = {
  shardId: shard,
  call: 'onRecord',
  at: at('12'),
  attempts: 4,
  again: true,
  cause: underneath,
} as const;
const refused = {
  stream: 'tweets',
  shardId: shard,
  call: 'GetRecords',
  serviceError: 'AccessDeniedException',
  retryable: false,
  cause: underneath,
};

/** One of each class, what it says of itself, and what its reader is told to do. */
const samples = [
  {
    error: new errors.KinesisCallError(
      'ACCESS_DENIED',
      'GetRecords of "tweets" was refused. Allow it.',
      refused,
    ),
    code: 'ACCESS_DENIED',
    retryable: false,
    says: /^GetRecords of "tweets" was refused\. Allow it\.$/,
    facts: {
      stream: 'tweets',
      shardId: shard,
      call: 'GetRecords',
      serviceError: 'AccessDeniedException',
      cause: underneath,
    },
  },
  {
    error: new errors.HandlerFailedError(failed),
    code: 'HANDLER_FAILED',
    retryable: true,
    says: /^onRecord failed for shard shardId-000000000003 at record 12\/0, attempt 4, with Error: underneath\. It is called again.*other shards go on/,
    facts: { shardId: shard, call: 'onRecord', at: at('12'), attempts: 4, cause: underneath },
  },
  {
    error: new errors.HandlerStalledError(shard, 'processRecords', 60_000.4),
    code: 'HANDLER_STALLED',
    retryable: false,
    says: /^processRecords of shard shardId-000000000003 has not settled for 60000 ms.*keeps its lease.*time-out, or stop/,
    facts: { shardId: shard, call: 'processRecords', forMs: 60_000.4 },
  },
  {
    error: new errors.LeaseLostError(shard, 'fenced'),
    code: 'LEASE_LOST',
    retryable: false,
    says: /^The lease of shard shardId-000000000003 is lost \(fenced\).*Stop working.*last checkpoint/,
    facts: { shardId: shard, reason: 'fenced' },
  },
  {
    error: new errors.CheckpointOutOfRangeError(shard, { sequenceNumber: '9' }, at('10'), at('20')),
    code: 'CHECKPOINT_OUT_OF_RANGE',
    retryable: false,
    says: /shardId-000000000003 was not written.*from 10\/0 \(the last checkpoint\) to 20\/0 \(the last record.*\{"sequenceNumber":"9"\}/,
    facts: { shardId: shard, received: { sequenceNumber: '9' }, lowest: at('10'), highest: at('20') },
  },
  {
    error: new errors.ShardEndNotCheckpointedError(shard),
    code: 'SHARD_END_NOT_CHECKPOINTED',
    retryable: true,
    says: /^shardEnded of shard shardId-000000000003 returned without a checkpoint.*checkpointer\.checkpoint\(\)/,
    facts: { shardId: shard },
  },
  {
    error: new errors.ConsumerStateError('The consumer is running. Make a new one.'),
    code: 'CONSUMER_STATE',
    retryable: false,
    says: /^The consumer is running\. Make a new one\.$/,
    facts: {},
  },
  {
    error: new errors.ForeignLeasesError('counts', 'tweets', ['a:1', 'b:2']),
    code: 'FOREIGN_LEASES',
    retryable: false,
    says: /application "counts".*stream "tweets".*"a:1", "b:2".*applicationName of its own/,
    facts: { leaseKeys: ['a:1', 'b:2'] },
  },
  {
    error: new errors.LeaseStoreSilentError('renew-lease', underneath),
    code: 'LEASE_STORE_SILENT',
    retryable: true,
    says: /^The lease store did not answer in time \(renew-lease\): underneath It is asked again.*network.*failoverMs/,
    facts: { task: 'renew-lease', cause: underneath },
  },
];

describe('errors', () => {
  it('are tested here, every one of them', () => {
    const classes = Object.entries(errors).filter(([, value]) => value.prototype instanceof ShardlineError);
    const tested = samples.map(({ error }) => error.constructor.name);
    expect(tested.sort()).toEqual(expect.arrayContaining(classes.map(([name]) => name).sort()));
  });

  it('are all exported from the package', () => {
    for (const { error } of samples) expect(Object.values(door)).toContain(error.constructor);
  });

  it('have a code each', () => {
    const codes = samples.map(({ error }) => error.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each(samples)(
    '$error.name has its code, its name and its facts',
    ({ error, code, retryable, facts }) => {
      expect(error).toBeInstanceOf(ShardlineError);
      expect([error.code, error.name, error.retryable]).toEqual([code, error.constructor.name, retryable]);
      expect(error).toMatchObject(facts);
    },
  );

  it.each(samples)('$error.name says what happened and what to do', ({ error, says }) => {
    expect(error.message).toMatch(says);
  });
});

describe('HandlerFailedError', () => {
  it('names no record where the call had none, and does not promise another call', () => {
    const error = new errors.HandlerFailedError({
      ...failed,
      call: 'leaseLost',
      at: undefined,
      attempts: 1,
      again: false,
    });
    expect(error.message).toBe(
      'leaseLost failed for shard shardId-000000000003, attempt 1, with Error: underneath. It is not called again.',
    );
    expect([error.at, error.retryable]).toEqual([undefined, false]);
  });
});
