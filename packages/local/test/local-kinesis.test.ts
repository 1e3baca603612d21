/**
 * Faults from end to end on a hand clock: what the caller sees, what is stored, and what is counted. Cannot show how a
 * socket looks under them: see start-local-kinesis.integration.test.ts.
 */
import { InvalidOptionError } from '@shardline/core';
import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it, vi } from 'vitest';
import { ConnectionFaultError, type Fault, FaultPlan } from '../src/index.js';
import { TokenSealer } from '../src/sealed-token.js';
import { arn, id, numbers, type Service, service, stream, texts } from './support/service.js';
import { makeConsumer } from './support/subscriber.js';

const record = (text: string) => ({ Data: Buffer.from(text), PartitionKey: text });
const input = { StreamName: stream, Records: [record('a')] };

async function stored({ call, iterator, clock }: Service): Promise<readonly string[]> {
  clock.pass(10_000);
  return texts(await call('GetRecords', { ShardIterator: await iterator(id(0)) }));
}

/** What became of a call so far. */
function watch(call: Promise<object>): { state: string } {
  const watched = { state: 'waits' };
  call.then(
    () => {
      watched.state = 'answered';
    },
    (error: unknown) => {
      watched.state = error instanceof ConnectionFaultError ? error.kind : String(error);
    },
  );
  return watched;
}

describe('LocalKinesis', () => {
  it('answers the same to the same calls with the same seed', async () => {
    const run = async () => {
      const it = service({ streams: [{ name: stream, mode: 'on-demand', recordDistribution: 'auto' }] });
      it.kinesis.faults.add({ kind: 'failRecord', probability: 0.5 });
      const answers: object[] = [];
      for (let n = 0; n < 20; n += 1) {
        answers.push(await it.put(['a', 'b', 'c']));
        answers.push(
          await it.call('GetShardIterator', {
            StreamName: stream,
            ShardId: id(n % 4),
            ShardIteratorType: 'LATEST',
          }),
        );
        it.clock.pass(37);
      }
      return answers;
    };
    expect(await run()).toEqual(await run());
  });

  it('is not moved by a wall clock that jumps', async () => {
    const { call, clock, put, iterator } = service();
    const before = clock.now();
    await put(['a']);
    clock.jump(-1e9);
    clock.pass(1_000);
    await put(['b']);
    const { Records = [] } = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    expect(
      Records.map(({ ApproximateArrivalTimestamp }) => Number(ApproximateArrivalTimestamp) - before),
    ).toEqual([0, 1_000]);
  });

  it('refuses unknown operations', async () => {
    const { refused } = service();
    await refused('Nonsense', {}, 'UnknownOperationException');
    await refused('toString', {}, 'UnknownOperationException');
    await refused('SubscribeToShards', {}, 'UnknownOperationException');
  });

  it('refuses a call whose signal has fired, without effect', async () => {
    const it = service();
    const call = it.kinesis.call('PutRecords', input, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'ConnectionFaultError', kind: 'timeout' });
    expect(await stored(it)).toEqual([]);
  });

  it.each([
    [{ region: 'x y' }, 'region'],
    [{ accountId: '1' }, 'accountId'],
    [{ transitionMs: -1 }, 'transitionMs'],
    [{ maxRetainedBytes: 0 }, 'maxRetainedBytes'],
    [{ emptyPageGapMs: 0 }, 'emptyPageGapMs'],
    [{ clock: {} as never }, 'clock'],
    [{ random: {} as never }, 'random'],
    [{ strems: [] } as object, 'strems'],
    [{ streams: [{ name: 'a', shards: 2 }], limits: { maxOpenShards: 1 } }, 'streams'],
  ])('refuses the options %j', (options, option) => {
    expect(() => service(options)).toThrow(InvalidOptionError);
    expect(() => service(options)).toThrow(option);
  });
});

describe('LocalKinesis faults', () => {
  it('throttleShard refuses so many records of a shard, or for so long', async () => {
    const it = service({}, 2);
    it.kinesis.faults.add({ kind: 'throttleShard', shardId: id(0), times: 2 });
    const first = await it.put(['a', 'b', 'c'], '0');
    expect(first).toMatchObject({ FailedRecordCount: 2 });
    expect(first.Records?.[0]?.ErrorMessage).toBe(
      `Rate exceeded for shard ${id(0)} in stream s under account 000000000000.`,
    );
    it.kinesis.faults.add({ kind: 'throttleShard', shardId: id(1), forMs: 1_000 });
    const upper = (2n ** 127n).toString();
    expect(await it.put(['a'], upper)).toMatchObject({ FailedRecordCount: 1 });
    expect(await it.put(['a'], '0')).toMatchObject({ FailedRecordCount: 0 });
    it.clock.pass(1_000);
    expect(await it.put(['a'], upper)).toMatchObject({ FailedRecordCount: 0 });
    expect(it.kinesis.faults.counts().throttleShard).toBe(3);
  });

  it('throttleShard can refuse reads', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'throttleShard', access: 'read', times: 1 });
    const ShardIterator = await it.iterator(id(0));
    await it.refused('GetRecords', { ShardIterator }, 'ProvisionedThroughputExceededException');
    await it.call('GetRecords', { ShardIterator });
  });

  it('failRecord fails single records inside the service', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'failRecord', skip: 1, times: 1 });
    const answer = await it.put(['a', 'b', 'c']);
    expect(answer).toMatchObject({ FailedRecordCount: 1 });
    expect(answer.Records?.[1]).toEqual({
      ErrorCode: 'InternalFailure',
      ErrorMessage: 'Internal service failure.',
    });
    it.kinesis.faults.add({ kind: 'failRecord', times: 1 });
    const error = await it.refused('PutRecord', { StreamName: stream, ...record('d') }, 'InternalFailure');
    expect(error.statusCode).toBe(500);
    expect(await stored(it)).toEqual(['a', 'c']);
  });

  it('failCall answers with an error, before or after the effect', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'failCall', errorCode: 'AccessDeniedException', times: 1 });
    it.kinesis.faults.add({ kind: 'failCall', errorCode: 'InternalFailure', when: 'after', times: 1 });
    const denied = await it.refused('PutRecords', input, 'AccessDeniedException');
    expect(denied).toMatchObject({ statusCode: 400, retryable: false });
    const failed = await it.refused('PutRecords', { ...input, Records: [record('b')] }, 'InternalFailure');
    expect(failed).toMatchObject({ statusCode: 500, retryable: true, $fault: 'server' });
    expect(await stored(it)).toEqual(['b']);
    expect(it.kinesis.faults.counts().failCall).toBe(2);
  });

  it('loseAnswer stores and never answers, stall does neither; both end when the caller gives up', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'loseAnswer', times: 1 });
    it.kinesis.faults.add({ kind: 'stall', times: 1 });
    const givesUp = new AbortController();
    const lost = watch(it.kinesis.call('PutRecords', input, { signal: givesUp.signal }));
    const stalled = watch(
      it.kinesis.call('PutRecords', { ...input, Records: [record('b')] }, { signal: givesUp.signal }),
    );
    await it.clock.advance(1e9);
    expect([lost.state, stalled.state]).toEqual(['waits', 'waits']);
    givesUp.abort();
    await it.clock.advance(0);
    expect([lost.state, stalled.state]).toEqual(['timeout', 'timeout']);
    expect(it.kinesis.faults.counts()).toMatchObject({ loseAnswer: 1, stall: 1 });
  });

  it('loseAnswer stores at once', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'loseAnswer', times: 1 });
    const call = watch(it.kinesis.call('PutRecords', input));
    expect(await stored(it)).toEqual(['a']);
    expect(call.state).toBe('waits');
    it.kinesis.close();
    await it.clock.advance(0);
    expect(call.state).toBe('reset');
  });

  it('loseAnswer loses errors too', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'loseAnswer' });
    const call = watch(it.kinesis.call('PutRecords', { StreamName: 'none', Records: [record('a')] }));
    await it.clock.advance(1_000);
    expect(call.state).toBe('waits');
  });

  it('storeLate stores after the caller has given up, behind what came meanwhile', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'storeLate', afterMs: 2_000, times: 1 });
    const givesUp = new AbortController();
    const data = Buffer.from('late');
    const call = watch(
      it.kinesis.call(
        'PutRecords',
        { StreamName: stream, Records: [{ Data: data, PartitionKey: 'k' }] },
        { signal: givesUp.signal },
      ),
    );
    data.fill('x');
    await it.clock.advance(5_000);
    givesUp.abort();
    await it.put(['newer']);
    await it.clock.advance(1_999);
    expect(call.state).toBe('timeout');
    expect(texts(await it.call('GetRecords', { ShardIterator: await it.iterator(id(0)) }))).toEqual([
      'newer',
    ]);
    await it.clock.advance(1);
    expect(await stored(it)).toEqual(['newer', 'late']);
    expect(it.kinesis.faults.counts().storeLate).toBe(1);
  });

  it('latency delays the answer, the effect half-way; giving up does not undo it', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'latency', operation: 'PutRecords', delayMs: 100 });
    const first = watch(it.kinesis.call('PutRecords', input));
    await it.clock.advance(49);
    const ShardIterator = await it.iterator(id(0));
    expect(texts(await it.call('GetRecords', { ShardIterator }))).toEqual([]);
    await it.clock.advance(1);
    expect(texts(await it.call('GetRecords', { ShardIterator }))).toEqual(['a']);
    await it.clock.advance(49);
    expect(first.state).toBe('waits');
    await it.clock.advance(1);
    expect(first.state).toBe('answered');
    const givesUp = new AbortController();
    const signal = givesUp.signal;
    const second = watch(it.kinesis.call('PutRecords', { ...input, Records: [record('b')] }, { signal }));
    givesUp.abort();
    await it.clock.advance(100);
    expect(second.state).toBe('timeout');
    expect(await stored(it)).toEqual(['a', 'b']);
    const third = watch(it.kinesis.call('PutRecords', { StreamName: 'none', Records: [record('a')] }));
    await it.clock.advance(99);
    expect(third.state).toBe('waits');
    await it.clock.advance(1);
    expect(third.state).toContain('ResourceNotFoundException');
  });

  it('reset drops the connection before or after the effect', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'reset', when: 'before', times: 1 });
    it.kinesis.faults.add({ kind: 'reset', when: 'after', times: 1 });
    for (const text of ['before', 'after']) {
      const call = it.kinesis.call('PutRecords', { StreamName: stream, Records: [record(text)] });
      await expect(call).rejects.toMatchObject({
        name: 'ConnectionFaultError',
        kind: 'reset',
        retryable: true,
      });
    }
    expect(await stored(it)).toEqual(['after']);
  });

  it('reshard changes the shards when the n-th call arrives, that call already seeing it', async () => {
    const it = service();
    const { faults } = it.kinesis;
    faults.add({
      kind: 'reshard',
      stream,
      operation: 'PutRecords',
      skip: 1,
      change: { split: { shardId: id(0) } },
    });
    faults.add({
      kind: 'reshard',
      stream,
      operation: 'PutRecords',
      skip: 2,
      change: { merge: { shardId: id(2) } },
    });
    faults.add({ kind: 'reshard', stream, operation: 'PutRecords', skip: 3, change: { shardCount: 3 } });
    const where: (string | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) where.push((await it.put(['a'], '0')).Records?.[0]?.ShardId);
    expect(where.slice(0, 3)).toEqual([id(0), id(1), id(3)]);
    expect(await it.shards({ Type: 'AT_LATEST' })).toHaveLength(3);
    expect(faults.counts().reshard).toBe(3);
  });

  it.each<[string, Fault]>([
    ['stall', { kind: 'stall' }],
    ['failCall', { kind: 'failCall', errorCode: 'InternalFailure' }],
    ['reset before', { kind: 'reset', when: 'before' }],
    ['storeLate', { kind: 'storeLate', afterMs: 1_000 }],
    ['latency', { kind: 'latency', delayMs: 1_000 }],
  ])('reshard happens when the call arrives, whatever becomes of the call: %s', async (_name, other) => {
    const it = service();
    it.kinesis.faults.add({ kind: 'reshard', stream, operation: 'PutRecords', change: { split: {} } });
    it.kinesis.faults.add({ ...other, operation: 'PutRecords' } as Fault);
    watch(it.kinesis.call('PutRecords', input));
    expect(numbers(await it.shards({ Type: 'AT_LATEST' }))).toEqual([1, 2]);
    expect(it.kinesis.faults.counts().reshard).toBe(1);
    it.kinesis.close();
  });

  it('reshard counts only when shards have changed, and waits for a call at which they can', async () => {
    const it = service();
    const merge = it.kinesis.faults.add({ kind: 'reshard', stream, change: { merge: {} } });
    await it.put(['a']);
    await it.put(['a']);
    expect([merge.injected, it.kinesis.faults.counts().reshard]).toEqual([0, 0]);
    it.kinesis.faults.add({ kind: 'reshard', stream, change: { split: {} } });
    await it.put(['a']);
    await it.put(['a']);
    await it.put(['a']);
    expect([merge.injected, it.kinesis.faults.counts().reshard]).toEqual([1, 2]);
    expect(numbers(await it.shards({ Type: 'AT_LATEST' }))).toEqual([3]);
  });

  it('reshard twice between two listings, shards drawn by chance', async () => {
    const it = service({}, 4);
    it.kinesis.faults.add({
      kind: 'reshard',
      stream,
      operation: 'PutRecords',
      change: { split: {} },
      times: 2,
    });
    const before = numbers(await it.shards({ Type: 'AT_LATEST' }));
    await it.put(['a']);
    await it.put(['a']);
    const after = numbers(await it.shards({ Type: 'AT_LATEST' }));
    expect([before.length, after.length]).toEqual([4, 6]);
  });

  it('a split by hand that is under way does nothing when a fault has closed its shard meanwhile', async () => {
    const it = service({ transitionMs: 500 });
    await it.call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' });
    it.kinesis.faults.add({ kind: 'reshard', stream, change: { split: { shardId: id(0) } } });
    await it.put(['a']);
    it.clock.pass(500);
    expect(numbers(await it.shards({ Type: 'AT_LATEST' }))).toEqual([1, 2]);
    const summary = await it.call('DescribeStreamSummary', { StreamName: stream });
    expect(summary.StreamDescriptionSummary?.StreamStatus).toBe('ACTIVE');
  });

  it('staleListShards lists the shards as they were', async () => {
    const it = service({ transitionMs: 0 });
    it.clock.pass(60_000);
    await it.call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' });
    it.clock.pass(1_000);
    const stale = it.kinesis.faults.add({ kind: 'staleListShards', ageMs: 1_500 });
    const old = await it.shards({ Type: 'AT_LATEST' });
    expect(numbers(old)).toEqual([0]);
    expect(old[0]?.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    expect(numbers(await it.shards())).toEqual([0]);
    it.clock.pass(501);
    expect(numbers(await it.shards({ Type: 'AT_LATEST' }))).toEqual([1, 2]);
    expect(stale.injected).toBe(3);
    const ancient = it.kinesis.faults.add({ kind: 'staleListShards', ageMs: 1e12 });
    expect(numbers(await it.shards())).toEqual([0]);
    ancient.remove();
  });

  it('shuffleRecords stores the records of a call out of order', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'shuffleRecords', times: 1 });
    const letters = [...'abcdefgh'];
    const answer = await it.put(letters);
    const order = await stored(it);
    expect([...order].sort()).toEqual(letters);
    expect(order).not.toEqual(letters);
    const byNumber = letters.toSorted((x, y) => {
      const number = (letter: string) => answer.Records?.[letters.indexOf(letter)]?.SequenceNumber ?? '';
      return number(x) < number(y) ? -1 : 1;
    });
    expect(order).toEqual(byNumber);
  });

  it('takes a plan made beforehand', async () => {
    const faults = new FaultPlan([{ kind: 'throttleShard', forMs: 100 }]);
    const it = service({ faults });
    expect(it.kinesis.faults).toBe(faults);
    expect(await it.put(['a'])).toMatchObject({ FailedRecordCount: 1 });
    it.clock.pass(100);
    expect(await it.put(['a'])).toMatchObject({ FailedRecordCount: 0 });
  });

  it('takes a plan of another copy of this package', async () => {
    const plan = new FaultPlan([{ kind: 'throttleShard', times: 1 }]);
    const copy = {
      add: plan.add.bind(plan),
      clear: plan.clear.bind(plan),
      counts: plan.counts.bind(plan),
      attach: plan.attach.bind(plan),
      draw: plan.draw.bind(plan),
    } as unknown as FaultPlan;
    const it = service({ faults: copy });
    expect(it.kinesis.faults).toBe(copy);
    expect(await it.put(['a'])).toMatchObject({ FailedRecordCount: 1 });
    expect(plan.counts().throttleShard).toBe(1);
  });

  it('opens a token to know its stream only when a fault asks for it', async () => {
    const it = service();
    const ShardIterator = await it.iterator(id(0));
    const open = vi.spyOn(TokenSealer.prototype, 'open');
    try {
      await it.call('GetRecords', { ShardIterator });
      expect(open).toHaveBeenCalledTimes(1);
      it.kinesis.faults.add({ kind: 'stall', stream: 'another' });
      await it.call('GetRecords', { ShardIterator });
      expect(open).toHaveBeenCalledTimes(3);
      it.kinesis.faults.clear();
      it.kinesis.faults.add({ kind: 'latency', delayMs: 0 });
      it.kinesis.faults.add({ kind: 'stall', stream: 'another', operation: 'PutRecords' });
      await it.call('GetRecords', { ShardIterator });
      expect(open).toHaveBeenCalledTimes(4);
    } finally {
      open.mockRestore();
    }
  });

  it('answers nobody once it is closed', async () => {
    const { kinesis } = service();
    kinesis.close();
    await expect(kinesis.call('ListStreams', {})).rejects.toMatchObject({
      code: 'CONNECTION_FAULT',
      kind: 'reset',
    });
  });

  it('opens the tokens of another only if it has the same seed and start', async () => {
    const [one, same, other] = [service(), service(), service({ random: seededRandom(8) })];
    const ShardIterator = await one.iterator(id(0));
    await same.call('GetRecords', { ShardIterator });
    await other.refused('GetRecords', { ShardIterator }, 'InvalidArgumentException');
  });

  it.each([
    { kind: 'loseAnswer' },
    { kind: 'reset', when: 'after' },
    { kind: 'failCall', errorCode: 'InternalFailure', when: 'after' },
    { kind: 'storeLate', afterMs: 10 },
    { kind: 'latency', delayMs: 100 },
  ] as const)('ends a subscription that nobody got: %o', async (fault) => {
    const it = service();
    const ConsumerARN = await makeConsumer(it, arn);
    it.kinesis.faults.add({ ...fault, operation: 'SubscribeToShard' });
    const caller = new AbortController();
    const input = { ConsumerARN, ShardId: id(0), StartingPosition: { Type: 'LATEST' } };
    const call = it.kinesis.call('SubscribeToShard', input, { signal: caller.signal });
    const outcome = expect(call).rejects.toBeInstanceOf(Error);
    await it.clock.advance(1);
    caller.abort();
    await it.clock.advance(1_000);
    await outcome;
    const [{ consumers = [] } = {}] = it.kinesis.snapshot().streams;
    expect(consumers.map(({ subscriptions }) => subscriptions)).toEqual([[]]);
  });

  it('leaves nothing waiting once it is closed', async () => {
    const it = service();
    it.kinesis.faults.add({ kind: 'latency', delayMs: 100, times: 2 });
    const signal = new AbortController().signal;
    const calls = [
      it.kinesis.call('PutRecords', input),
      it.kinesis.call('PutRecords', input, { signal }),
    ].map(watch);
    it.kinesis.close();
    await it.clock.advance(0);
    expect(calls.map(({ state }) => state)).toEqual(['reset', 'reset']);
    expect(it.clock.waiting).toBe(0);
  });
});
