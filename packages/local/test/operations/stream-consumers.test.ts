import { describe, expect, it } from 'vitest';
import { arn, service, stream } from '../support/service.js';
import { makeConsumer } from '../support/subscriber.js';

const unthrottled = { limits: 'none' } as const;

describe('RegisterStreamConsumer', () => {
  it('makes a consumer that is CREATING, then ACTIVE, with its creation second in its ARN', async () => {
    const { call, clock } = service();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    expect(Consumer).toEqual({
      ConsumerName: 'c',
      ConsumerARN: `${arn}/consumer/c:${clock.now() / 1000}`,
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: new Date(clock.now()),
    });
    const status = async () => {
      const input = { ConsumerARN: Consumer?.ConsumerARN ?? '' };
      return (await call('DescribeStreamConsumer', input)).ConsumerDescription?.ConsumerStatus;
    };
    clock.pass(499);
    expect(await status()).toBe('CREATING');
    clock.pass(1);
    expect(await status()).toBe('ACTIVE');
  });

  it('keeps the tags, or refuses them all and the consumer with them', async () => {
    const { call, refused } = service();
    const register = { StreamARN: arn, ConsumerName: 'c' };
    await refused('RegisterStreamConsumer', { ...register, Tags: { 'aws:x': '' } }, 'InvalidArgument');
    expect((await call('ListStreamConsumers', { StreamARN: arn })).Consumers).toEqual([]);
    const { Consumer } = await call('RegisterStreamConsumer', { ...register, Tags: { team: 'blue' } });
    const { Tags } = await call('ListTagsForResource', { ResourceARN: Consumer?.ConsumerARN ?? '' });
    expect(Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
  });

  it('gives a namesake of one that is gone another ARN, even within the same second', async () => {
    const { call } = service({ transitionMs: 0 });
    const register = () => call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const first = await register();
    await call('DeregisterStreamConsumer', { ConsumerARN: first.Consumer?.ConsumerARN ?? '' });
    const second = await register();
    expect(second.Consumer?.ConsumerARN).not.toBe(first.Consumer?.ConsumerARN);
  });

  it('gives a namesake on a stream that was made anew another ARN, even within the same second', async () => {
    const { call } = service({ transitionMs: 0 });
    const register = () => call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const first = await register();
    await call('DeleteStream', { StreamName: stream, EnforceConsumerDeletion: true });
    await call('CreateStream', { StreamName: stream, ShardCount: 1 });
    const second = await register();
    expect(second.Consumer?.ConsumerARN).not.toBe(first.Consumer?.ConsumerARN);
  });

  it('lets consumers of different names be created at one moment: the present', async () => {
    const { call, clock } = service();
    for (const ConsumerName of ['a', 'b', 'c']) {
      const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName });
      expect(Consumer?.ConsumerCreationTimestamp).toEqual(new Date(clock.now()));
    }
  });

  it('refuses a name that is taken, a stream that is not there, and one that is being created', async () => {
    const { call, clock, refused } = service();
    const input = { StreamARN: arn, ConsumerName: 'c' };
    await call('RegisterStreamConsumer', input);
    await refused('RegisterStreamConsumer', input, 'ResourceInUseException');
    clock.pass(1_000);
    await refused('RegisterStreamConsumer', { ...input, StreamARN: `${arn}2` }, 'ResourceNotFoundException');
    await call('CreateStream', { StreamName: 's2', ShardCount: 1 });
    await refused('RegisterStreamConsumer', { ...input, StreamARN: `${arn}2` }, 'ResourceInUseException');
    await refused('RegisterStreamConsumer', { StreamARN: arn }, 'ValidationException');
  });

  it('has room for 20, of which 5 are CREATING at once', async () => {
    const { call, clock, refused } = service({
      limits: { accountCallsPerSecond: { RegisterStreamConsumer: 1_000 } },
    });
    for (let made = 0; made < 20; made += 1) {
      if (made % 5 === 0) clock.pass(1_000);
      await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: `c${made}` });
      if (made % 5 !== 4) continue;
      const input = { StreamARN: arn, ConsumerName: 'one-more' };
      const error = await refused('RegisterStreamConsumer', input, 'LimitExceededException');
      expect(error.message).toContain(made === 19 ? 'the limit is 20' : 'No more than 5');
    }
  });

  it.each([
    ['on-demand', 'ENABLED', 50],
    ['on-demand', undefined, 20],
    ['provisioned', 'ENABLED', 20],
  ] as const)(
    'has room, on a stream that is %s, with On-demand Advantage %s, for %i',
    async (mode, commitment, room) => {
      const { call, clock, refused } = service({ ...unthrottled, streams: [{ name: stream, mode }] });
      if (commitment) {
        await call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: commitment } });
      }
      for (let made = 0; made < room; made += 1) {
        clock.pass(1_000);
        await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: `c${made}` });
      }
      const input = { StreamARN: arn, ConsumerName: 'more' };
      const error = await refused('RegisterStreamConsumer', input, 'LimitExceededException');
      expect(error.message).toContain(`the limit is ${room}`);
    },
  );
});

describe('DescribeStreamConsumer', () => {
  it('finds a consumer by its ARN, and by its stream and name', async () => {
    const it = service();
    const ConsumerARN = await makeConsumer(it, arn);
    const byArn = await it.call('DescribeStreamConsumer', { ConsumerARN });
    expect(byArn.ConsumerDescription).toMatchObject({
      ConsumerName: 'c',
      ConsumerARN,
      ConsumerStatus: 'ACTIVE',
      StreamARN: arn,
    });
    const byName = await it.call('DescribeStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    expect(byName).toEqual(byArn);
  });

  it.each([
    [{}, 'InvalidArgumentException'],
    [{ StreamARN: arn }, 'InvalidArgumentException'],
    [{ ConsumerName: 'c' }, 'InvalidArgumentException'],
    [{ StreamARN: arn, ConsumerName: 'd' }, 'ResourceNotFoundException'],
    [{ ConsumerARN: `${arn}/consumer/c:1` }, 'ResourceNotFoundException'],
    [{ ConsumerARN: `${arn}2/consumer/c:1` }, 'ResourceNotFoundException'],
    [{ ConsumerARN: 'c' }, 'ValidationException'],
  ])('refuses %o', async (input, name) => {
    const it = service();
    await makeConsumer(it, arn);
    for (const operation of ['DescribeStreamConsumer', 'DeregisterStreamConsumer']) {
      await it.refused(operation, input, name);
    }
  });

  it('refuses an ARN and a name that disagree', async () => {
    const it = service();
    const ConsumerARN = await makeConsumer(it, arn);
    for (const other of [{ ConsumerName: 'd' }, { StreamARN: `${arn}2` }]) {
      const input = { ConsumerARN, ...other };
      await it.refused('DescribeStreamConsumer', input, 'InvalidArgumentException');
    }
  });
});

describe('DeregisterStreamConsumer', () => {
  it('leaves the consumer DELETING for a while, then it is gone', async () => {
    const it = service();
    const ConsumerARN = await makeConsumer(it, arn);
    await it.call('DeregisterStreamConsumer', { ConsumerARN });
    const { ConsumerDescription } = await it.call('DescribeStreamConsumer', { ConsumerARN });
    expect(ConsumerDescription?.ConsumerStatus).toBe('DELETING');
    await it.refused('DeregisterStreamConsumer', { ConsumerARN }, 'ResourceInUseException');
    it.clock.pass(500);
    await it.refused('DescribeStreamConsumer', { ConsumerARN }, 'ResourceNotFoundException');
  });
});

describe('ListStreamConsumers', () => {
  it('lists by name, in pages whose tokens live for 300 seconds', async () => {
    const it = service(unthrottled);
    for (const name of ['b', 'c', 'a']) await makeConsumer(it, arn, name);
    const page = (more: object) => it.call('ListStreamConsumers', { StreamARN: arn, ...more });
    const namesOf = ({ Consumers }: Awaited<ReturnType<typeof page>>) =>
      Consumers?.map(({ ConsumerName }) => ConsumerName);
    expect(namesOf(await page({}))).toEqual(['a', 'b', 'c']);
    const first = await page({ MaxResults: 2 });
    expect(namesOf(first)).toEqual(['a', 'b']);
    const second = await page({ NextToken: first.NextToken, MaxResults: 2 });
    expect([namesOf(second), second.NextToken]).toEqual([['c'], undefined]);
    it.clock.pass(300_000);
    await page({ NextToken: first.NextToken });
    it.clock.pass(1);
    const input = { StreamARN: arn, NextToken: first.NextToken };
    await it.refused('ListStreamConsumers', input, 'ExpiredNextTokenException');
  });

  it('refuses tokens of its own making only, and another creation time', async () => {
    const { refused, call, clock } = service();
    const list = 'ListStreamConsumers';
    await refused(list, { StreamARN: arn, NextToken: 'x' }, 'InvalidArgumentException');
    const both = { StreamARN: arn, NextToken: 'x', StreamCreationTimestamp: new Date(0) };
    await refused(list, both, 'InvalidArgumentException');
    const old = { StreamARN: arn, StreamCreationTimestamp: new Date(0) };
    await refused(list, old, 'ResourceNotFoundException');
    clock.pass(1_000);
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: 's' });
    const { StreamCreationTimestamp } = StreamDescriptionSummary ?? {};
    expect((await call(list, { StreamARN: arn, StreamCreationTimestamp })).Consumers).toEqual([]);
  });
});
