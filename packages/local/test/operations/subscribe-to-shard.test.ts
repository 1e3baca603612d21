import { describe, expect, it } from 'vitest';
import { arn, id, service } from '../support/service.js';
import { makeConsumer, subscribe, textsOf } from '../support/subscriber.js';

const name = 'SubscribeToShard';
const StartingPosition = { Type: 'TRIM_HORIZON' } as const;

describe('SubscribeToShard', () => {
  it('begins at each kind of position', async () => {
    const it = service();
    const { Records = [] } = await it.put(['a', 'b']);
    it.clock.pass(1_000);
    const Timestamp = new Date(it.clock.now());
    await it.put(['c']);
    const SequenceNumber = Records[1]?.SequenceNumber;
    const read = async (position: object) => {
      const consumer = await makeConsumer(it, arn, `c${it.clock.now()}`);
      const subscriber = await subscribe(it, consumer, 0, position as typeof StartingPosition);
      return textsOf(await subscriber.pullNow());
    };
    expect(await read({ Type: 'TRIM_HORIZON' })).toEqual(['a', 'b', 'c']);
    expect(await read({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber })).toEqual(['b', 'c']);
    expect(await read({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })).toEqual(['c']);
    expect(await read({ Type: 'AT_TIMESTAMP', Timestamp })).toEqual(['c']);
    expect(await read({ Type: 'LATEST' })).toBeUndefined();
  });

  it('refuses a second subscription for 5 seconds, then lets it take over', async () => {
    const it = service();
    const ConsumerARN = await makeConsumer(it, arn);
    const first = await subscribe(it, ConsumerARN);
    it.clock.pass(4_999);
    await it.refused(name, { ConsumerARN, ShardId: id(0), StartingPosition }, 'ResourceInUseException');
    await first.return();
    await it.clock.advance(1_000);
    const second = await subscribe(it, ConsumerARN);
    await it.clock.advance(5_000);
    const third = await subscribe(it, ConsumerARN);
    expect(await second.pullNow()).toMatchObject({ name: 'ResourceInUseException' });
    expect(await second.pullNow()).toBe('end');
    await it.put(['a']);
    expect(textsOf(await third.pullNow())).toEqual(['a']);
  });

  it('has a subscription for each consumer and each shard', async () => {
    const it = service({}, 2);
    const [one, two] = [await makeConsumer(it, arn, 'one'), await makeConsumer(it, arn, 'two')];
    const subscribers = [
      await subscribe(it, one, 0),
      await subscribe(it, one, 1),
      await subscribe(it, two, 0),
    ];
    await it.put(['low'], '0');
    await it.put(['high'], String(2n ** 128n - 1n));
    const read = await Promise.all(subscribers.map((subscriber) => subscriber.pullNow()));
    expect(read.map(textsOf)).toEqual([['low'], ['high'], ['low']]);
  });

  it('counts calls, one a second for each consumer and shard', async () => {
    const it = service({}, 2);
    const ConsumerARN = await makeConsumer(it, arn);
    await subscribe(it, ConsumerARN, 0);
    await subscribe(it, ConsumerARN, 1);
    const again = { ConsumerARN, ShardId: id(0), StartingPosition };
    await it.refused(name, again, 'LimitExceededException');
    it.clock.pass(1_000);
    await it.refused(name, again, 'ResourceInUseException');
  });

  it('keeps to limits that were set', async () => {
    const it = service({ limits: { subscriptionGuardMs: 10, subscribeCallsPerSecond: 1_000 } });
    const ConsumerARN = await makeConsumer(it, arn);
    await subscribe(it, ConsumerARN);
    it.clock.pass(10);
    await subscribe(it, ConsumerARN);
  });

  it('refuses a consumer that is not ACTIVE', async () => {
    const it = service();
    const { Consumer } = await it.call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const input = { ConsumerARN: Consumer?.ConsumerARN ?? '', ShardId: id(0), StartingPosition };
    await it.refused(name, input, 'ResourceInUseException');
    it.clock.pass(500);
    await it.call('DeregisterStreamConsumer', { ConsumerARN: input.ConsumerARN });
    await it.refused(name, input, 'ResourceInUseException');
    it.clock.pass(500);
    await it.refused(name, input, 'ResourceNotFoundException');
  });

  it.each([
    [{ ShardId: id(9) }, 'ResourceNotFoundException'],
    [{ ConsumerARN: `${arn}/consumer/d:1` }, 'ResourceNotFoundException'],
    [{ ConsumerARN: arn }, 'ValidationException'],
    [{ StartingPosition: undefined }, 'ValidationException'],
    [{ StartingPosition: {} }, 'ValidationException'],
    [{ StartingPosition: { Type: 'SOMEWHERE' } }, 'ValidationException'],
    [{ StartingPosition: { Type: 'AT_SEQUENCE_NUMBER' } }, 'InvalidArgumentException'],
    [{ StartingPosition: { Type: 'AT_TIMESTAMP' } }, 'InvalidArgumentException'],
    [{ DryRun: true }, 'DryRunOperationException'],
  ])('refuses %o, and begins nothing', async (change, error) => {
    const it = service({ limits: 'none' });
    const ConsumerARN = await makeConsumer(it, arn);
    await it.refused(name, { ConsumerARN, ShardId: id(0), StartingPosition, ...change }, error);
    await subscribe(it, ConsumerARN);
  });
});
