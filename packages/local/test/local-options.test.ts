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

  it.each([
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
