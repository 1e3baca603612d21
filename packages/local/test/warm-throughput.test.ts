import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { checkWarmThroughput, warmShards, warmThroughputOf } from '../src/warm-throughput.js';
import { bareStream } from './support/bare-stream.js';

function accountWith({ commitment }: { readonly commitment: boolean }): Account {
  const account = new Account({
    accountId: '123456789012',
    region: 'eu-west-1',
    limits: defaultServiceLimits,
    maxRetainedBytes: 1_000,
    transitionMs: 0,
    emptyPageGapMs: 1,
    idleEventMs: 1,
    random: seededRandom(1),
  });
  if (commitment) account.commitment.enable(0);
  return account;
}

describe('warmShards', () => {
  it('is a shard for every MiB/s, and 4 at least', () => {
    expect([warmShards(), warmShards(0), warmShards(4), warmShards(5), warmShards(10_240)]).toEqual([
      4, 4, 4, 5, 10_240,
    ]);
  });
});

describe('checkWarmThroughput', () => {
  it('wants an on-demand stream, the commitment, and no more than the limit', () => {
    const account = accountWith({ commitment: true });
    expect(() => checkWarmThroughput(account, 'ON_DEMAND', 10_240)).not.toThrow();
    expect(() => checkWarmThroughput(account, 'ON_DEMAND', 10_241)).toThrow('the limit of 10240 MiB/s');
    expect(() => checkWarmThroughput(account, 'PROVISIONED', 1)).toThrow('on-demand capacity mode');
    const without = accountWith({ commitment: false });
    expect(() => checkWarmThroughput(without, 'ON_DEMAND', 1)).toThrow('MinimumThroughputBillingCommitment');
  });
});

describe('warmThroughputOf', () => {
  it('is there on on-demand streams in accounts with the commitment', () => {
    const account = accountWith({ commitment: true });
    const stream = bareStream(6, { mode: 'ON_DEMAND' });
    expect(warmThroughputOf(account, stream)).toEqual({ WarmThroughput: { CurrentMiBps: 6 } });
    stream.warmThroughputMiBps = 8;
    expect(warmThroughputOf(account, stream)).toEqual({
      WarmThroughput: { TargetMiBps: 8, CurrentMiBps: 6 },
    });
    expect(warmThroughputOf(account, bareStream(6))).toEqual({});
    expect(warmThroughputOf(accountWith({ commitment: false }), stream)).toEqual({});
  });
});
