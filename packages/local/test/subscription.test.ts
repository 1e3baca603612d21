import { describe, expect, it, vi } from 'vitest';
import { RecordLog } from '../src/record-log.js';
import type { Shard } from '../src/shard.js';
import { Subscription } from '../src/subscription.js';
import { bareStream } from './support/bare-stream.js';
import { HandClock } from './support/hand-clock.js';
import { arn, id, type Service, service, stream } from './support/service.js';
import { makeConsumer, type Pulled, subscribe, textsOf } from './support/subscriber.js';

/** A subscription from the start of shard 0, with the service behind it. */
async function subscribed(options: Parameters<typeof service>[0] = {}, shards = 1) {
  const it = service(options, shards);
  const consumer = await makeConsumer(it, arn);
  return { it, consumer, subscriber: await subscribe(it, consumer) };
}

const split = ({ call }: Service, ShardToSplit = id(0)) =>
  call('SplitShard', { StreamName: stream, ShardToSplit, NewStartingHashKey: String(2n ** 127n) });

describe('Subscription', () => {
  it('pushes the records of a put in one event, at once', async () => {
    const { it, subscriber } = await subscribed();
    const waiting = subscriber.pull();
    await it.clock.advance(100);
    await it.put(['a', 'b']);
    const event = await waiting;
    expect(textsOf(event)).toEqual(['a', 'b']);
    const { Records = [], ...rest } = event as Exclude<typeof event, Error | 'end'>;
    expect(rest).toEqual({
      ContinuationSequenceNumber: Records[1]?.SequenceNumber,
      MillisBehindLatest: 0,
    });
    expect(Records[0]).toMatchObject({
      PartitionKey: 'a',
      ApproximateArrivalTimestamp: new Date(it.clock.now()),
    });
  });

  it('sends an event without records after a while without any, with a number to go on from', async () => {
    const { it, consumer, subscriber } = await subscribed();
    await it.put(['a']);
    await subscriber.pullNow();
    const waiting = subscriber.pull();
    await it.clock.advance(5_000);
    const event = await waiting;
    expect(event).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    const SequenceNumber = (event as { ContinuationSequenceNumber: string }).ContinuationSequenceNumber;
    await it.put(['b']);
    for (const Type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
      await it.clock.advance(5_000);
      const next = await subscribe(it, consumer, 0, { Type, SequenceNumber });
      expect(textsOf(await next.pullNow())).toEqual(['b']);
    }
  });

  it('holds the next event back for as long as the last one takes at 2 MiB a second', async () => {
    const { it, subscriber } = await subscribed({ limits: { shardWriteBytesPerSecond: 1e9 } });
    const put = (size: number) =>
      it.call('PutRecord', { StreamName: stream, Data: new Uint8Array(size - 1), PartitionKey: 'k' });
    await put(1_048_576);
    await put(1_024);
    await subscriber.pullNow();
    const second = subscriber.pull();
    await it.clock.advance(499);
    expect(await subscriber.pullNow()).toBeUndefined();
    await it.clock.advance(1);
    expect(await second).toMatchObject({ Records: [{ PartitionKey: 'k' }] });
  });

  it('ends after five minutes, also for a reader that waits', async () => {
    const { it, subscriber } = await subscribed({ idleEventMs: 1e9 });
    const waiting = subscriber.pull();
    await it.clock.advance(299_999);
    expect(await subscriber.pullNow()).toBeUndefined();
    await it.clock.advance(1);
    expect(await waiting).toBe('end');
    expect(await subscriber.pullNow()).toBe('end');
    expect(it.clock.waiting).toBe(0);
  });

  it('ends with the shard: the last event has the children and no number to go on from', async () => {
    const { it, subscriber } = await subscribed({ idleEventMs: 1e9 });
    await it.put(['a']);
    await split(it);
    expect(textsOf(await subscriber.pullNow())).toEqual(['a']);
    const waiting = subscriber.pull();
    await it.clock.advance(500);
    expect(await waiting).toEqual({
      Records: [],
      MillisBehindLatest: 0,
      ChildShards: [1, 2].map((number) =>
        expect.objectContaining({ ShardId: id(number), ParentShards: [id(0)] }),
      ),
    });
    expect(await subscriber.pullNow()).toBe('end');
  });

  it('hears of a reshard that begins while it waits', async () => {
    const { it, subscriber } = await subscribed({ idleEventMs: 1e9 });
    const waiting = subscriber.pull();
    await it.clock.advance(10);
    await split(it);
    await it.clock.advance(500);
    expect(await waiting).toMatchObject({ ChildShards: [{ ShardId: id(1) }, { ShardId: id(2) }] });
  });

  it('has the last records and the end in one event where it finds both', async () => {
    const { it, subscriber } = await subscribed();
    await it.put(['a']);
    await split(it);
    it.clock.pass(500);
    const event = await subscriber.pullNow();
    expect(textsOf(event)).toEqual(['a']);
    expect(event).toMatchObject({ ChildShards: [{}, {}] });
    expect(event).not.toHaveProperty('ContinuationSequenceNumber');
  });

  it('says that it lags, also by an empty event before a far gap in time', async () => {
    const { it, consumer } = await subscribed();
    await it.put(['a']);
    it.clock.pass(600_000);
    await it.put(['b']);
    it.clock.pass(10);
    const subscriber = await subscribe(it, consumer);
    const events = [await subscriber.pullNow(), await subscriber.pullNow(), await subscriber.pullNow()];
    expect(events.map(textsOf)).toEqual([['a'], [], ['b']]);
    expect(events).toMatchObject([
      { MillisBehindLatest: 10 },
      { MillisBehindLatest: 10 },
      { MillisBehindLatest: 0 },
    ]);
  });

  it('ends with an error when its consumer or its stream goes', async () => {
    const { it, consumer, subscriber } = await subscribed({ idleEventMs: 1e9 });
    const waiting = subscriber.pull();
    await it.call('DeregisterStreamConsumer', { ConsumerARN: consumer });
    expect(await waiting).toMatchObject({ name: 'ResourceNotFoundException' });
    const other = await subscribe(it, await makeConsumer(it, arn, 'd'));
    const alsoWaiting = other.pull();
    await it.call('DeleteStream', { StreamName: stream, EnforceConsumerDeletion: true });
    await it.clock.advance(500);
    expect(await alsoWaiting).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lets a reader return while it waits, and leaves nothing behind', async () => {
    const { it, subscriber } = await subscribed();
    const waiting = subscriber.pull();
    await it.clock.advance(10);
    expect(it.clock.waiting).toBe(1);
    await subscriber.return();
    expect(await waiting).toBe('end');
    expect(it.clock.waiting).toBe(0);
  });

  it('is over as soon as another takes over, whether or not its reader pulls', async () => {
    const { it, consumer } = await subscribed();
    const running = () => {
      const [{ consumers = [] } = {}] = it.kinesis.snapshot().streams;
      return consumers.flatMap(({ subscriptions }) => subscriptions.length);
    };
    expect(running()).toEqual([1]);
    await it.clock.advance(5_000);
    await subscribe(it, consumer);
    expect(running()).toEqual([1]);
    it.clock.pass(300_000);
    expect(running()).toEqual([0]);
  });

  it('is dropped when the service closes', async () => {
    const { it, subscriber } = await subscribed();
    const waiting = subscriber.pull();
    it.kinesis.close();
    expect(await waiting).toMatchObject({ name: 'ConnectionFaultError', cut: 'reset' });
  });

  it('does not serve records that are past the retention period', async () => {
    const { it, consumer } = await subscribed({ emptyPageGapMs: 1e12 });
    const { Records = [] } = await it.put(['old']);
    it.clock.pass(24 * 3_600_000 + 1);
    await it.put(['new']);
    const SequenceNumber = Records[0]?.SequenceNumber;
    const subscriber = await subscribe(it, consumer, 0, { Type: 'AT_SEQUENCE_NUMBER', SequenceNumber });
    expect(textsOf(await subscriber.pullNow())).toEqual(['new']);
  });
});

describe('Subscription', () => {
  it('drops what passes the retention period while its reader does not pull', async () => {
    const it = service({ limits: { subscriptionLifeMs: 1e12 }, emptyPageGapMs: 1e12 });
    const subscriber = await subscribe(it, await makeConsumer(it, arn));
    await it.put(['old']);
    it.clock.pass(24 * 3_600_000 + 1);
    await it.put(['new']);
    expect(textsOf(await subscriber.pullNow())).toEqual(['new']);
  });

  it('watches its shard only while it waits, and says once that it is over', async () => {
    const bare = bareStream(1);
    const [shard] = bare.shards as readonly [Shard];
    let watchers = 0;
    const { watch } = shard;
    shard.watch = (watcher) => {
      watchers += 1;
      const end = watch.call(shard, watcher);
      return () => {
        watchers -= 1;
        end();
      };
    };
    let over = 0;
    const clock = new HandClock(0);
    const subscription = new Subscription({
      stream: bare,
      shard,
      consumerName: 'c',
      start: { position: 0, timeMs: 0 },
      rules: { bytesPerSecond: 1e6, idleEventMs: 5_000, emptyPageGapMs: 1e9, expiresAtMs: 12_000 },
      faults: { delayMs: () => 0, end: undefined },
      clock,
      onOver: () => {
        over += 1;
      },
    });
    for (const [wanted, isOver] of [
      ['idle', false],
      ['idle', false],
      ['over', true],
    ] as const) {
      const pulled = subscription.next();
      await clock.advance(0);
      expect(watchers).toBe(1);
      await clock.advance(5_000);
      expect(await pulled).toMatchObject({ done: wanted === 'over' });
      expect([watchers, subscription.isOver]).toEqual([0, isOver]);
    }
    await subscription.return();
    expect(over).toBe(1);
  });
});

describe('a subscription with a fault', () => {
  const withFault = (fault: object) => subscribed({ faults: [fault as never], idleEventMs: 1e9 });

  it('holds every event back', async () => {
    const { it, subscriber } = await withFault({ kind: 'slowSubscription', delayMs: 100 });
    for (const text of ['a', 'b']) {
      await it.put([text]);
      let pulled: Pulled | undefined;
      void subscriber.pull().then((event) => {
        pulled = event;
      });
      await it.clock.advance(99);
      expect(pulled).toBeUndefined();
      await it.clock.advance(1);
      expect(textsOf(pulled)).toEqual([text]);
    }
  });

  it('falls silent after so many events, until its life is over', async () => {
    const { it, subscriber } = await withFault({ kind: 'stallSubscription', afterEvents: 1 });
    await it.put(['a']);
    expect(textsOf(await subscriber.pullNow())).toEqual(['a']);
    await it.put(['b']);
    const waiting = subscriber.pull();
    await it.clock.advance(299_999);
    expect(await subscriber.pullNow()).toBeUndefined();
    await it.clock.advance(1);
    expect(await waiting).toBe('end');
  });

  it.each([{ kind: 'stallSubscription' }, { kind: 'slowSubscription', delayMs: 60_000 }])(
    'reads nothing while it may deliver nothing: %o',
    async (fault) => {
      const { it, subscriber } = await withFault(fault);
      await it.put(['first']);
      const waiting = subscriber.pull();
      await it.clock.advance(0);
      const at = vi.spyOn(RecordLog.prototype, 'at');
      try {
        for (let put = 0; put < 10; put += 1) {
          await it.put(['another']);
          await it.clock.advance(0);
        }
        expect(at).not.toHaveBeenCalled();
      } finally {
        at.mockRestore();
        await subscriber.return();
      }
      expect(await waiting).toBe('end');
    },
  );

  it('can be taken over while it is silent', async () => {
    const { it, consumer, subscriber } = await withFault({ kind: 'stallSubscription', times: 1 });
    const waiting = subscriber.pull();
    await it.clock.advance(5_000);
    await subscribe(it, consumer);
    expect(await waiting).toMatchObject({ name: 'ResourceInUseException' });
  });

  it('fails with an error in its stream', async () => {
    const { it, subscriber } = await withFault({
      kind: 'failSubscription',
      errorCode: 'KMSThrottlingException',
      afterEvents: 1,
    });
    await it.put(['a']);
    expect(textsOf(await subscriber.pullNow())).toEqual(['a']);
    expect(await subscriber.pullNow()).toMatchObject({ name: 'KMSThrottlingException' });
    expect(await subscriber.pullNow()).toBe('end');
  });

  it.each(['reset', 'internal-error', 'goaway', 'corrupt'])('is cut: %s', async (how) => {
    const { subscriber } = await withFault({ kind: 'cutSubscription', how });
    expect(await subscriber.pullNow()).toMatchObject({ name: 'ConnectionFaultError', cut: how });
    expect(await subscriber.pullNow()).toBe('end');
  });

  it.each(['end', 'fin', 'cancel'])('is cut without a trace, as the SDK has it: %s', async (how) => {
    const { subscriber } = await withFault({ kind: 'cutSubscription', how });
    expect(await subscriber.pullNow()).toBe('end');
  });

  it('counts once for each subscription', async () => {
    const { it, consumer, subscriber } = await withFault({ kind: 'slowSubscription', delayMs: 1, times: 1 });
    await it.put(['a']);
    const waiting = subscriber.pull();
    await it.clock.advance(1);
    await waiting;
    await it.clock.advance(5_000);
    const second = await subscribe(it, consumer);
    expect(textsOf(await second.pullNow())).toEqual(['a']);
    expect(it.kinesis.faults.counts().slowSubscription).toBe(1);
  });
});
