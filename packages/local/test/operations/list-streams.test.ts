import { describe, expect, it } from 'vitest';
import { service } from '../support/service.js';

const streams = ['e', 'b', 'd', 'a', 'c'].map((name) => ({ name }));

describe('ListStreams', () => {
  it('lists names and summaries in order', async () => {
    const { call } = service({ streams });
    const answer = await call('ListStreams', {});
    expect(answer).toMatchObject({ StreamNames: ['a', 'b', 'c', 'd', 'e'], HasMoreStreams: false });
    expect(answer).not.toHaveProperty('NextToken');
    expect(answer.StreamSummaries?.[0]).toMatchObject({
      StreamName: 'a',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/a',
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
  });

  it('pages by token and by name', async () => {
    const { call } = service({ streams });
    const first = await call('ListStreams', { Limit: 2 });
    expect(first).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
    const second = await call('ListStreams', { Limit: 2, NextToken: first.NextToken });
    expect(second).toMatchObject({ StreamNames: ['c', 'd'], HasMoreStreams: true });
    const third = await call('ListStreams', { Limit: 2, ExclusiveStartStreamName: 'd' });
    expect(third).toMatchObject({ StreamNames: ['e'], HasMoreStreams: false });
  });

  it('puts at most 100 on a page', async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `n${index}` }));
    const { call } = service({ streams: many });
    for (const Limit of [undefined, 101, 10_000]) {
      const { StreamNames, HasMoreStreams } = await call('ListStreams', { Limit });
      expect([StreamNames?.length, HasMoreStreams]).toEqual([100, true]);
    }
  });

  it('refuses a token that is older than 300 seconds', async () => {
    const { call, refused, clock } = service({ streams });
    const { NextToken } = await call('ListStreams', { Limit: 2 });
    clock.pass(300_000);
    expect((await call('ListStreams', { NextToken })).StreamNames).toEqual(['c', 'd', 'e']);
    clock.pass(1);
    await refused('ListStreams', { NextToken }, 'ExpiredNextTokenException');
  });

  it('refuses a token that is not its own', async () => {
    const { call, refused } = service({ streams: [{ name: 's', shards: 3 }] });
    const { NextToken } = await call('ListShards', { StreamName: 's', MaxResults: 1 });
    await refused('ListStreams', { NextToken }, 'InvalidArgumentException');
    await refused('ListStreams', { NextToken: 'x' }, 'InvalidArgumentException');
  });
});
