import { InvalidOptionError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import { resolveLocalOptions } from '../src/local-options.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { HandClock } from './support/hand-clock.js';

const needed = { clock: new HandClock(), random: { next: () => 0 } };
const resolve = (options: object) => resolveLocalOptions('LocalKinesis', { ...needed, ...options });

describe('resolveLocalOptions', () => {
  it('fills in defaults', () => {
    expect(resolve({})).toMatchObject({
      streams: [],
      limits: defaultServiceLimits,
      accountId: '000000000000',
      region: 'us-east-1',
      transitionMs: 500,
      emptyPageGapMs: 300_000,
      idleEventMs: 5_000,
      maxRetainedBytes: 536_870_912,
    });
  });

  it('turns streams into what CreateStream takes', () => {
    const { streams } = resolve({
      streams: [
        { name: 'a' },
        { name: 'b', shards: 3 },
        { name: 'c', mode: 'on-demand', recordDistribution: 'auto' },
      ],
    });
    expect(streams).toMatchObject([
      { StreamName: 'a', ShardCount: 1, StreamModeDetails: { StreamMode: 'PROVISIONED' } },
      { StreamName: 'b', ShardCount: 3, MaxRecordSizeInKiB: 1_024 },
      { StreamName: 'c', ShardCount: undefined, RecordDistributionStrategy: 'AUTO' },
    ]);
  });

  it('replaces the limits that are named, rates of calls one by one', () => {
    const { limits } = resolve({
      limits: { shardReadCallsPerSecond: 50, accountCallsPerSecond: { ListStreams: 99 } },
    });
    expect(limits).toEqual({
      ...defaultServiceLimits,
      shardReadCallsPerSecond: 50,
      accountCallsPerSecond: { ...defaultServiceLimits.accountCallsPerSecond, ListStreams: 99 },
    });
  });

  it('takes as many streams and shards as the limits have room for', () => {
    const limits = { maxOnDemandStreams: 2, maxOpenShards: 5 };
    const named = (names: string, more: object) => [...names].map((name) => ({ name, ...more }));
    const onDemand = (names: string) => named(names, { mode: 'on-demand' });
    const full = [...onDemand('ab'), ...named('pq', { shards: 2 }), { name: 'r' }];
    expect(resolve({ limits, streams: full }).streams).toHaveLength(5);
    expect(() => resolve({ limits, streams: [...full, ...onDemand('c')] })).toThrow(
      'option "streams" must be no more than 2 on-demand streams, which is limits.maxOnDemandStreams; received 3.',
    );
    expect(() => resolve({ limits, streams: [...full, { name: 's' }] })).toThrow(
      'option "streams" must be no more than 5 shards of provisioned streams, which is limits.maxOpenShards; received 6.',
    );
    const many = Array.from({ length: 51 }, (_, n) => ({ name: `n${n}`, mode: 'on-demand' }));
    expect(() => resolve({ streams: many, limits: 'none' })).toThrow(InvalidOptionError);
  });

  it.each([
    [{ streams: [{ name: 'a', shards: 20_000 }, { name: 'b' }], limits: 'none' }, 'streams'],
    [{ streams: [{ shards: 1 }] }, 'name'],
    [{ streams: [{ name: 'a b' }] }, 'name'],
    [{ streams: [{ name: 'a', shards: 0 }] }, 'shards'],
    [{ streams: [{ name: 'a', shards: 4, mode: 'on-demand' }] }, 'shards'],
    [{ streams: [{ name: 'a', recordDistribution: 'auto' }] }, 'recordDistribution'],
    [{ streams: [{ name: 'a', shard: 1 }] }, 'shard'],
    [{ streams: ['a'] }, 'options'],
    [{ streams: {} }, 'streams'],
    [{ limits: 'off' }, 'limits'],
    [{ limits: { writesPerSecond: 1 } }, 'writesPerSecond'],
    [{ limits: { shardReadCallsPerSecond: 0 } }, 'shardReadCallsPerSecond'],
    [{ limits: { writeModel: 'leaky' } }, 'writeModel'],
    [{ limits: { accountCallsPerSecond: { Fly: 1 } } }, 'Fly'],
    [{ limits: { accountCallsPerSecond: { ListStreams: -1 } } }, 'ListStreams'],
    [{ faults: 5 }, 'faults'],
    [{ faults: null }, 'faults'],
    [{ faults: { kind: 'stall' } }, 'faults'],
    [{ streams: [{ name: 'a' }, { name: 'b' }, { name: 'a', shards: 2 }] }, 'name'],
    [{ limits: { shardWriteRecordsPerSecond: 0.5 } }, 'shardWriteRecordsPerSecond'],
    [{ limits: { accountCallsPerSecond: { ListStreams: 0.5 } } }, 'ListStreams'],
  ])('refuses %j by the name of %s', (options, option) => {
    expect(() => resolve(options)).toThrow(InvalidOptionError);
    expect(() => resolve(options)).toThrow(`"${option}"`);
  });
});
