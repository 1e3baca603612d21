import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { addStream } from '../src/operations/create-stream.js';
import { defaultServiceLimits, type ServiceLimits } from '../src/service-limits.js';
import type { Stream } from '../src/stream.js';
import { checkCreatingQuota, checkOnDemandQuota, checkShardQuota } from '../src/stream-quotas.js';

/** An account with these streams: shards by name, 0 for an on-demand stream. */
function accountOf(
  streams: Record<string, number>,
  limits: Partial<ServiceLimits>,
  transitionMs = 0,
): Account {
  const account = new Account({
    accountId: '123456789012',
    region: 'eu-west-1',
    limits: { ...defaultServiceLimits, ...limits },
    maxRetainedBytes: 1_000,
    transitionMs,
    emptyPageGapMs: 1,
    idleEventMs: 1,
    random: seededRandom(1),
  });
  for (const [StreamName, shards] of Object.entries(streams)) {
    const StreamMode = shards === 0 ? 'ON_DEMAND' : 'PROVISIONED';
    const ShardCount = shards === 0 ? undefined : shards;
    addStream(account, { StreamName, ShardCount, StreamModeDetails: { StreamMode } }, 0, transitionMs);
  }
  return account;
}

const streamOf = (account: Account, name: string): Stream => account.stream({ StreamName: name }, 0);

it('checkCreatingQuota counts streams until they are ACTIVE', () => {
  const account = accountOf({ a: 1, b: 0 }, { maxCreatingStreams: 3 }, 10);
  expect(() => checkCreatingQuota(account, 0)).not.toThrow();
  addStream(account, { StreamName: 'c', ShardCount: 1 }, 1, 10);
  expect(() => checkCreatingQuota(account, 9)).toThrow('No more than 3 streams may be CREATING at once');
  expect(() => checkCreatingQuota(account, 10)).not.toThrow();
});

it('checkOnDemandQuota counts streams by the mode that they will have', () => {
  const account = accountOf({ a: 1, b: 0 }, { maxOnDemandStreams: 2 });
  expect(() => checkOnDemandQuota(account, 0)).not.toThrow();
  streamOf(account, 'a').begin('UPDATING', 5, () => {}, { mode: 'ON_DEMAND' });
  expect(() => checkOnDemandQuota(account, 0)).toThrow('On-demand stream limit of 2 reached');
  streamOf(account, 'b').begin('UPDATING', 5, () => {}, { mode: 'PROVISIONED' });
  expect(() => checkOnDemandQuota(account, 0)).not.toThrow();
});

describe('checkShardQuota', () => {
  const provisioned = (openShards: number) => ({ mode: 'PROVISIONED', openShards }) as const;
  const onDemand = (openShards: number) => ({ mode: 'ON_DEMAND', openShards }) as const;

  it('counts the shards that provisioned streams will have', () => {
    const account = accountOf({ a: 3, b: 2, o: 0 }, { maxOpenShards: 8 });
    expect(() => checkShardQuota(account, undefined, provisioned(3), 0)).not.toThrow();
    expect(() => checkShardQuota(account, undefined, provisioned(4), 0)).toThrow(
      'Current shard count for the account: 5. Limit: 8. Number of additional shards that would have resulted from this ' +
        'request: 4.',
    );
    streamOf(account, 'a').begin('UPDATING', 5, () => {}, { openShards: 6 });
    expect(() => checkShardQuota(account, undefined, provisioned(1), 0)).toThrow('account: 8.');
    expect(() => checkShardQuota(account, undefined, onDemand(9), 0)).not.toThrow();
  });

  it('asks for what a stream has not yet, all of it where it was on-demand', () => {
    const account = accountOf({ a: 3, o: 0 }, { maxOpenShards: 6 });
    const [a, o] = [streamOf(account, 'a'), streamOf(account, 'o')];
    expect(() => checkShardQuota(account, a, provisioned(6), 0)).not.toThrow();
    expect(() => checkShardQuota(account, a, provisioned(7), 0)).toThrow('this request: 4.');
    expect(() => checkShardQuota(account, a, onDemand(7), 0)).not.toThrow();
    expect(() => checkShardQuota(account, o, onDemand(7), 0)).not.toThrow();
    expect(() => checkShardQuota(account, o, provisioned(4), 0)).toThrow('this request: 4.');
  });

  it('refuses nothing that asks for no more, be the account over its quota', () => {
    const account = accountOf({ a: 3 }, { maxOpenShards: 3 });
    const a = streamOf(account, 'a');
    a.openFirst([{ start: '', end: '' }], 0);
    for (const shards of [3, 4]) {
      expect(() => checkShardQuota(account, a, provisioned(shards), 0)).not.toThrow();
    }
    expect(() => checkShardQuota(account, a, provisioned(5), 0)).toThrow('account: 4. Limit: 3.');
  });

  it('lets no stream have more than 20,000 shards in all, unless it has them', () => {
    const account = accountOf({ a: 1 }, { maxOpenShards: Number.POSITIVE_INFINITY });
    const a = streamOf(account, 'a');
    for (const plan of [provisioned, onDemand]) {
      expect(() => checkShardQuota(account, a, plan(20_000), 0)).not.toThrow();
      expect(() => checkShardQuota(account, a, plan(20_001), 0)).toThrow('no more than 20000 shards');
      expect(() => checkShardQuota(account, undefined, plan(20_001), 0)).toThrow('asks for 20001 shards');
    }
    a.openFirst(
      Array.from({ length: 20_001 }, () => ({ start: '', end: '' })),
      0,
    );
    expect(() => checkShardQuota(account, a, provisioned(20_001), 0)).not.toThrow();
  });
});
