import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { carryOut, prepareCall, streamNameOf } from '../src/engine.js';
import { FaultPlan } from '../src/fault-plan.js';
import { defaultServiceLimits, operationNames } from '../src/service-limits.js';
import { HandClock } from './support/hand-clock.js';

const now = 1_767_225_600_000;
const faults = new FaultPlan().draw({ operation: '', stream: undefined, now, random: seededRandom(1) });
const makeAccount = () =>
  new Account({
    accountId: '000000000000',
    region: 'us-east-1',
    limits: defaultServiceLimits,
    maxRetainedBytes: 1e6,
    transitionMs: 0,
    emptyPageGapMs: 1e6,
    idleEventMs: 1e6,
    random: seededRandom(1),
  });

describe('prepareCall', () => {
  it('knows every operation that is offered, and no other', () => {
    for (const name of operationNames) {
      expect(() =>
        prepareCall(name, { StreamName: 5, ShardIterator: 5, Limit: '', StreamARN: 5 }, 'json'),
      ).not.toThrow('has no operation');
    }
    for (const name of ['', 'putRecords', 'subscribeToShard', 'toString', '__proto__']) {
      expect(() => prepareCall(name, {}, 'json')).toThrow(`The local Kinesis has no operation ${name}.`);
    }
    expect(() => prepareCall('x'.repeat(1e6), {}, 'json')).toThrow(/^.{1,150}$/);
  });
});

describe('carryOut', () => {
  it('is a function of state, call and time', () => {
    const run = () => {
      const account = makeAccount();
      const call = (operation: string, input: object) =>
        carryOut(
          { account, now, faults, clock: new HandClock(), subscriptions: new Set() },
          prepareCall(operation, input, 'native'),
        );
      const record = { Data: new Uint8Array(1), PartitionKey: 'k' };
      return [
        call('CreateStream', { StreamName: 's', ShardCount: 2 }),
        call('PutRecords', { StreamName: 's', Records: [record, record] }),
        call('ListShards', { StreamName: 's' }),
      ];
    };
    expect(run()).toEqual(run());
  });
});

describe('streamNameOf', () => {
  it('tells the stream by name, ARN, iterator and page token', () => {
    const account = makeAccount();
    const nameOf = (operation: string, input: object) =>
      streamNameOf(account, prepareCall(operation, input, 'native'));
    expect(nameOf('ListShards', { StreamName: 'a' })).toBe('a');
    expect(nameOf('ListShards', { StreamARN: account.arnOf('b') })).toBe('b');
    expect(nameOf('ListShards', { NextToken: account.tokens.seal('shards', ['c']) })).toBe('c');
    expect(nameOf('GetRecords', { ShardIterator: account.tokens.seal('iterator', ['d']) })).toBe('d');
    expect(nameOf('GetRecords', { ShardIterator: 'x' })).toBeUndefined();
    expect(nameOf('ListStreams', {})).toBeUndefined();
  });
});
