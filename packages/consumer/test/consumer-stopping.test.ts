import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, vi } from 'vitest';
import type { ConsumerOptions } from '../src/options.js';
import { ConsumerWorld } from './support/consumer-world.js';
import { shardId } from './support/shard-tree.js';
import { swallowed, throttled } from './support/store-line.js';

/** A handler that settles when it is told to, or when its signal fires. */
function slowHandler() {
  const calls: { readonly text: string; readonly signal: AbortSignal; finish(): void }[] = [];
  const onRecord: ConsumerOptions['onRecord'] = (record, { signal }) =>
    new Promise<void>((finish) => void calls.push({ text: record.text(), signal, finish }));
  return { calls, onRecord };
}

describe('Consumer.stop, with a handler at work', () => {
  it('waits for what it has in hand, checkpoints that, and begins nothing more', async () => {
    const world = new ConsumerWorld(1);
    await world.put('a', 'b');
    const { calls, onRecord } = slowHandler();
    const { consumer, typesOf } = await world.started({ onRecord });
    await world.clock.advance(1_000);
    const stopped = consumer.stop();
    await world.clock.advance(5_000);
    expect(calls.map(({ text, signal }) => [text, signal.aborted])).toEqual([['a', false]]);
    expect(consumer.health()).toMatchObject({ state: 'stopping', shards: [{ state: 'draining' }] });
    calls[0]?.finish();
    await world.until(stopped);
    expect(typesOf('checkpointed', 'stop-deadline')).toEqual(['checkpointed: stop']);
    expect(calls).toHaveLength(1);
    const second = await world.started();
    await world.clock.advance(2_000);
    expect(second.records).toEqual(['b']);
  });

  it.each([
    ['its deadline', 'deadline', { deadlineMs: 2_000 }, 2_000],
    ['a deadline of nothing', 'deadline', { deadlineMs: 0 }, 0],
    ['its default deadline', 'deadline', {}, 20_000],
  ])(
    'gives up at %s: signals fire, leases are given back, nothing is waited for',
    async (_, reason, options, afterMs) => {
      const world = new ConsumerWorld(1);
      await world.put('a', 'b');
      const { calls, onRecord } = slowHandler();
      const { consumer, events } = await world.started({ onRecord });
      await world.clock.advance(1_000);
      const fromMs = world.clock.monotonic();
      const stopped = consumer.stop(options);
      await world.clock.advance(Math.max(afterMs - 1, 0));
      if (afterMs > 0) expect(calls[0]?.signal.aborted).toBe(false);
      await world.until(stopped);
      expect(world.clock.monotonic() - fromMs).toBeLessThanOrEqual(afterMs + 10);
      expect(calls[0]?.signal.aborted).toBe(true);
      expect(events).toContainEqual({ type: 'stop-deadline', reason, shardIds: [shardId(0)] });
      expect(await world.owners()).toEqual([undefined]);
      const second = await world.started();
      await world.clock.advance(2_000);
      expect(second.records).toEqual(['a', 'b']);
      calls[0]?.finish();
      await world.clock.advance(1_000);
      expect(calls).toHaveLength(1);
    },
  );

  it.each([
    ['fires meanwhile', 1_000],
    ['has fired', 0],
  ])('gives up when a signal is given that %s', async (_, afterMs) => {
    const world = new ConsumerWorld(1);
    await world.put('a');
    const { calls, onRecord } = slowHandler();
    const { consumer, typesOf } = await world.started({ onRecord });
    await world.clock.advance(1_000);
    const abort = new AbortController();
    if (afterMs === 0) abort.abort();
    const stopped = consumer.stop({ signal: abort.signal });
    await world.clock.advance(afterMs);
    abort.abort();
    await world.until(stopped);
    expect([typesOf('stop-deadline'), calls[0]?.signal.aborted]).toEqual([['stop-deadline: aborted'], true]);
    expect(await world.owners()).toEqual([undefined]);
  });

  it('says nothing of a deadline when everything was given back before it', async () => {
    const world = new ConsumerWorld(1);
    const { consumer, typesOf } = await world.started();
    const abort = new AbortController();
    await world.until(consumer.stop({ deadlineMs: 100, signal: abort.signal }));
    abort.abort();
    await world.clock.advance(60_000);
    expect(typesOf('stop-deadline')).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it.each([
    ['does not answer', swallowed],
    ['throttles', throttled],
  ])('ends at its deadline although the store %s, and leaves nothing running', async (_, fate) => {
    const world = new ConsumerWorld(2);
    const { consumer, line } = await world.started();
    await world.clock.advance(1_000);
    line.script('close', ({ run }) => run());
    line.otherwise = fate;
    const fromMs = world.clock.monotonic();
    await world.until(consumer.stop({ deadlineMs: 5_000 }));
    // The calls that were under way at the deadline, and the last try to give the leases back.
    expect(world.clock.monotonic() - fromMs).toBeLessThanOrEqual(5_000 + 3 * 3_334);
    expect(consumer.health().state).toBe('stopped');
    await world.clock.advance(60_000);
    const calls = line.calls.length;
    await world.clock.advance(60_000);
    expect(line.calls).toHaveLength(calls);
    expect(world.clock.pending).toBe(0);
  });

  it('gives back a lease that it is just taking', async () => {
    const world = new ConsumerWorld(1);
    const { consumer, line, typesOf } = world.consumer();
    line.script('take', async ({ run }) => {
      const answer = await run();
      await new Promise<void>((resolve) => world.clock.schedule(500, resolve));
      return answer;
    });
    await world.until(consumer.start());
    await world.clock.advance(100);
    await world.until(consumer.stop());
    expect([await world.owners(), typesOf('lease-gained')]).toEqual([[undefined], []]);
  });

  it('hands its shards to a consumer that runs, which begins within 1.5 s (C8)', async () => {
    const world = new ConsumerWorld(4);
    const [first, second] = [await world.started(), await world.started()];
    await world.clock.advance(10_000);
    await world.until(first.consumer.stop());
    await world.put('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const before = second.records.length;
    await world.clock.advance(1_500);
    expect(await world.owners()).toEqual(Array(4).fill('w2-1'));
    await world.clock.advance(1_500);
    expect(second.records.slice(before).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });
});

describe("Consumer, when the user's listeners throw", () => {
  const fail = () => {
    throw new Error('mine');
  };

  it.each([
    ['onEvent', { onEvent: fail }],
    ['onError', { onError: fail }],
    ['an async onEvent', { onEvent: async () => fail() }],
  ] as const)('goes on, warns once, and stops as ever: %s', async (_, listeners) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const heard: unknown[] = [];
    const listener = (message: unknown) =>
      void heard.push((message as { event: { type: string } }).event.type);
    subscribe('shardline:consumer', listener);
    try {
      const world = new ConsumerWorld(1);
      const records: string[] = [];
      let refusals = 2;
      const { consumer } = await world.started({
        ...listeners,
        onRecord: (record) => {
          if (refusals-- > 0) throw new Error('not yet');
          records.push(record.text());
        },
      });
      await world.put('a', 'b');
      await world.clock.advance(10_000);
      expect(records).toEqual(['a', 'b']);
      await world.until(consumer.stop());
      expect(await consumer.finished).toEqual({ reason: 'stop' });
      expect(warned.mock.calls).toMatchObject([
        [expect.stringMatching(/"tweets" threw: Error: mine/), { code: 'SHARDLINE_CALLBACK_FAILED' }],
      ]);
      expect(heard).toContain('callback-failed');
    } finally {
      unsubscribe('shardline:consumer', listener);
      warned.mockRestore();
    }
  });
});

describe('Consumer.stop, asked again or wrongly', () => {
  it('a second call may be more urgent: the deadline that comes first counts', async () => {
    const world = new ConsumerWorld(1);
    await world.put('a');
    const { calls, onRecord } = slowHandler();
    const { consumer } = await world.started({ onRecord });
    await world.clock.advance(1_000);
    const first = consumer.stop();
    await world.clock.advance(1_000);
    expect(calls[0]?.signal.aborted).toBe(false);
    const second = consumer.stop({ deadlineMs: 0 });
    expect(second).toBe(first);
    await world.until(second);
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.finish();
    await world.clock.advance(0);
    expect(world.clock.pending).toBe(0);
  });

  it('refuses a signal that is none, and does not stop', async () => {
    const world = new ConsumerWorld(1);
    const { consumer } = await world.started();
    const controller = new AbortController() as unknown as AbortSignal;
    await expect(consumer.stop({ signal: controller })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(consumer.health().state).toBe('running');
    await world.until(consumer.stop());
  });

  it('ends although the store never closes', async () => {
    const world = new ConsumerWorld(1);
    const made = world.consumer();
    made.line.script('close', swallowed);
    await world.until(made.consumer.start());
    await world.until(made.consumer.stop());
    expect(await made.consumer.finished).toEqual({ reason: 'stop' });
    expect(made.errors).toMatchObject([{ code: 'LEASE_STORE_SILENT' }]);
  });

  it('ends although the store never opens', async () => {
    const world = new ConsumerWorld(1);
    const { consumer, line } = world.consumer();
    line.script('open', swallowed);
    const started = consumer.start().catch((error: unknown) => error);
    await world.clock.advance(1_000);
    await world.until(consumer.stop());
    expect(await started).toMatchObject({ code: 'CONSUMER_STATE' });
  });
});
