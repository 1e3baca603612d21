import { describe, expect, it, vi } from 'vitest';
import { ConsumerWorld } from './support/consumer-world.js';
import { outcomeOf } from './support/held-leases.js';
import { broken, swallowed, throttled } from './support/store-line.js';

const stateError = (message: RegExp) => ({ code: 'CONSUMER_STATE', message: expect.stringMatching(message) });

describe('Consumer.start', () => {
  it('opens the store, makes the leases, takes them and delivers what is there', async () => {
    const world = new ConsumerWorld();
    await world.put('a', 'b', 'c');
    const { consumer, records, typesOf, events, errors } = world.consumer();
    expect(consumer.health()).toMatchObject({ state: 'new', healthy: false, workerId: '', shards: [] });
    const started = consumer.start();
    expect(consumer.health().state).toBe('starting');
    await world.until(started);
    await world.clock.advance(2_000);
    expect(records.sort()).toEqual(['a', 'b', 'c']);
    expect(typesOf('started', 'lease-created', 'lease-gained')).toEqual([
      'lease-created: initial',
      'lease-created: initial',
      'started: created',
      'lease-gained: free',
      'lease-gained: free',
    ]);
    expect(events).toContainEqual({ type: 'started', reason: 'created', workerId: 'w1-1' });
    expect(await world.owners()).toEqual(['w1-1', 'w1-1']);
    expect(errors).toEqual([]);
  });

  it('says that the store existed where it did', async () => {
    const world = new ConsumerWorld();
    await world.started();
    const { typesOf } = await world.started();
    expect(typesOf('started', 'lease-created')).toEqual(['started: existed']);
  });

  it.each([
    ['is starting', (_: ConsumerWorld) => Promise.resolve()],
    ['is running', (world: ConsumerWorld) => world.clock.advance(1_000)],
  ])('is called once: it %s', async (words, wait) => {
    const world = new ConsumerWorld();
    const { consumer } = world.consumer();
    const first = consumer.start();
    await wait(world);
    await expect(consumer.start()).rejects.toMatchObject(
      stateError(new RegExp(`"tweets" ${words}; start\\(\\) is called once`)),
    );
    await world.until(first);
    expect(consumer.health().state).toBe('running');
  });

  it('rejects after a stop', async () => {
    const world = new ConsumerWorld();
    const { consumer, line } = world.consumer();
    await consumer.stop();
    await expect(consumer.start()).rejects.toMatchObject(
      stateError(/"tweets" is stopped.*[Mm]ake a new one/),
    );
    expect(line.calls).toEqual(['close']);
  });

  it('may be called again after it was rejected, under a new worker id (N1)', async () => {
    const world = new ConsumerWorld();
    world.kinesis.faults.add({
      kind: 'failCall',
      operation: 'ListShards',
      errorCode: 'AccessDeniedException',
      times: 1,
    });
    const { consumer, typesOf, counts } = world.consumer();
    const refused = { code: 'ACCESS_DENIED', call: 'ListShards', stream: 'tweets', retryable: false };
    expect(await world.until(outcomeOf(consumer.start()))).toMatchObject(refused);
    expect(consumer.health()).toMatchObject({ state: 'new', healthy: false });
    expect(typesOf('started')).toEqual([]);
    await world.until(consumer.start());
    expect(consumer.health()).toMatchObject({ state: 'running', workerId: 'w1-2' });
    expect(counts.ids).toBe(2);
  });

  it('rejects for a stream that does not exist', async () => {
    const world = new ConsumerWorld();
    await world.kinesis.call('DeleteStream', { StreamName: 'tweets' });
    await world.clock.advance(60_000);
    const { consumer } = world.consumer();
    const outcome = await world.until(outcomeOf(consumer.start()));
    expect(outcome).toMatchObject({ code: 'STREAM_NOT_FOUND', message: expect.stringContaining('tweets') });
  });

  it('opens the store once, however often it is called: a store that is open stays so', async () => {
    const world = new ConsumerWorld();
    const { consumer, line } = world.consumer();
    world.kinesis.faults.add({
      kind: 'failCall',
      operation: 'ListShards',
      errorCode: 'AccessDeniedException',
      times: 1,
    });
    await expect(world.until(consumer.start())).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await world.until(consumer.start());
    expect(line.calls.filter((call) => call === 'open')).toHaveLength(1);
    await world.until(consumer.stop());
  });

  it('warns of nothing when it takes many leases at once', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const world = new ConsumerWorld(40);
    const { consumer } = await world.started();
    await world.clock.advance(1_000);
    expect(consumer.health().shards).toHaveLength(40);
    await world.until(consumer.stop());
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });

  it('tries again what may pass, and says so', async () => {
    const world = new ConsumerWorld();
    const { consumer, line, errors, typesOf } = world.consumer();
    line.script('open', throttled, throttled);
    line.script('list', throttled);
    await world.until(consumer.start());
    expect(typesOf('coordination-failed')).toEqual(Array(3).fill('coordination-failed: STORE_THROTTLED'));
    expect(errors).toHaveLength(3);
    expect(consumer.health().state).toBe('running');
  });

  it('gives up after five tries, and may be called again', async () => {
    const world = new ConsumerWorld();
    const { consumer, line } = world.consumer();
    line.script('open', ...Array(5).fill(throttled));
    expect(await world.until(outcomeOf(consumer.start()))).toMatchObject({ code: 'STORE_THROTTLED' });
    expect(line.calls).toEqual(Array(5).fill('open'));
    await world.until(consumer.start());
  });

  it('goes on without the right to read how the stream places records', async () => {
    const world = new ConsumerWorld();
    const operation = 'DescribeStreamSummary';
    world.kinesis.faults.add({ kind: 'failCall', operation, errorCode: 'AccessDeniedException' });
    const { consumer, errors } = await world.started();
    expect([consumer.health().state, errors]).toEqual(['running', []]);
  });
});

describe('Consumer.stop', () => {
  it('checkpoints, gives the leases back, lets go of connections, and leaves no timer', async () => {
    const world = new ConsumerWorld();
    const { consumer, counts, line, typesOf, records } = await world.started();
    await world.put('a', 'b', 'c');
    await world.clock.advance(2_000);
    const stopped = consumer.stop();
    await world.clock.advance(0);
    expect(consumer.health().healthy).toBe(false);
    await world.until(stopped);
    expect(await consumer.finished).toEqual({ reason: 'stop' });
    expect(consumer.health()).toMatchObject({ state: 'stopped', shards: [] });
    expect(await world.owners()).toEqual([undefined, undefined]);
    expect([counts.closed, line.calls.filter((call) => call === 'close')]).toEqual([1, ['close']]);
    expect(typesOf('lease-released', 'stopped')).toEqual([
      'lease-released: stop',
      'lease-released: stop',
      'stopped: stop',
    ]);
    expect(world.clock.pending).toBe(0);
    const second = await world.started();
    await world.clock.advance(5_000);
    expect([records.length, second.records]).toEqual([3, []]);
  });

  it('returns the same promise a second time, whatever it is given', async () => {
    const world = new ConsumerWorld();
    const { consumer, line } = await world.started();
    const stopped = consumer.stop();
    expect(consumer.stop({ deadlineMs: 1 })).toBe(stopped);
    await world.until(stopped);
    await consumer[Symbol.asyncDispose]();
    expect(line.calls.filter((call) => call === 'close')).toHaveLength(1);
  });

  it('ends a consumer that was never started', async () => {
    const world = new ConsumerWorld();
    const { consumer, typesOf, counts } = world.consumer();
    await consumer.stop();
    expect(await consumer.finished).toEqual({ reason: 'stop' });
    expect([typesOf('started', 'stopped'), counts.closed, world.clock.pending]).toEqual([
      ['stopped: stop'],
      1,
      0,
    ]);
  });

  it.each([
    ['open', throttled],
    ['list', throttled],
    ['list', swallowed],
    ['create', swallowed],
  ] as const)('ends a start that waits for %s', async (operation, fate) => {
    const world = new ConsumerWorld();
    const { consumer, line } = world.consumer();
    line.script(operation, ...Array(5).fill(fate));
    const outcome = outcomeOf(consumer.start());
    await world.clock.advance(10);
    await world.until(consumer.stop());
    expect(await outcome).toMatchObject(stateError(/"tweets" was stopped/));
    expect(consumer.health().state).toBe('stopped');
    expect(await consumer.finished).toEqual({ reason: 'stop' });
    expect(world.clock.pending).toBe(0);
  });

  it('ends a consumer whose start was rejected', async () => {
    const world = new ConsumerWorld();
    world.kinesis.faults.add({
      kind: 'failCall',
      operation: 'ListShards',
      errorCode: 'AccessDeniedException',
    });
    const { consumer } = world.consumer();
    await world.until(outcomeOf(consumer.start()));
    await world.until(consumer.stop());
    expect([consumer.health().state, world.clock.pending]).toEqual(['stopped', 0]);
  });

  it.each([
    [{ deadlineMs: -1 }, 'deadlineMs'],
    [{ deadlineMs: Number.NaN }, 'deadlineMs'],
    [{ deadlineMs: '5' }, 'deadlineMs'],
    [{ deadlineMS: 5 }, 'deadlineMS'],
  ])('refuses %o, and goes on', async (options, option) => {
    const world = new ConsumerWorld();
    const { consumer } = await world.started();
    await expect(consumer.stop(options as object)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    expect(consumer.health().state).toBe('running');
  });

  it('is what await using does at the end of a block', async () => {
    const world = new ConsumerWorld();
    const { consumer } = await world.started();
    await world.until(consumer[Symbol.asyncDispose]());
    expect(consumer.health().state).toBe('stopped');
  });

  it('keeps the process alive until then, though there is nothing to read', async () => {
    const world = new ConsumerWorld(1);
    const first = await world.started();
    await world.until(first.consumer.stop());
    const [lease] = await world.memory.list();
    await world.memory.take(lease as never, 'w9');
    const { consumer } = await world.started({ failoverMs: 600_000 });
    await expect(world.clock.runUntilIdle()).rejects.toMatchObject({ code: 'MANUAL_CLOCK' });
    await world.until(consumer.stop());
    await world.clock.runUntilIdle();
    expect(world.clock.pending).toBe(0);
  });

  it('tells onError of a store that cannot be closed, and ends', async () => {
    const world = new ConsumerWorld();
    const { consumer, line, errors } = await world.started();
    line.script('close', broken);
    await world.until(consumer.stop());
    expect(errors).toMatchObject([{ code: 'STORE_RESET' }]);
    expect(await consumer.finished).toEqual({ reason: 'stop' });
  });
});

describe('Consumer, when its stream is deleted (80)', () => {
  it('ends by itself, with the reason, and gives its leases up', async () => {
    const world = new ConsumerWorld();
    const { consumer, errors, typesOf } = await world.started();
    await world.kinesis.call('DeleteStream', { StreamName: 'tweets' });
    const end = await world.until(consumer.finished);
    expect(end).toMatchObject({
      reason: 'stream-gone',
      error: { code: 'STREAM_NOT_FOUND', stream: 'tweets' },
    });
    expect(errors).toContain(end.error);
    expect(typesOf('stopped')).toEqual(['stopped: stream-gone']);
    await consumer.stop();
    expect(await world.owners()).toEqual([undefined, undefined]);
    expect([consumer.health().state, world.clock.pending]).toEqual(['stopped', 0]);
  });
});
