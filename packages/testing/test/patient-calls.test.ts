import { describe, expect, test } from 'vitest';
import type { KinesisReads } from '../src/kinesis-reads.js';
import { PatientCalls } from '../src/patient-calls.js';
import { simulate, type World } from '../src/simulate.js';

const play = (scenario: (world: World) => Promise<void>) => simulate({ seed: 1 }, scenario);

function named(name: string, message = 'why'): Error {
  return Object.assign(new Error(message), { name });
}

function patient(
  world: World,
  call: KinesisReads['call'],
  signal = new AbortController().signal,
): PatientCalls {
  const { clock, random } = world;
  return new PatientCalls({
    kinesis: { call },
    clock,
    random,
    callTimeoutMs: 1_000,
    giveUpAfterMs: 20_000,
    signal,
  });
}

describe('PatientCalls', () => {
  test('tries again while the service throttles or fails for the moment', () =>
    play(async (world) => {
      const failures = [
        'ProvisionedThroughputExceededException',
        'InternalFailure',
        'LimitExceededException',
      ];
      const calls = patient(world, async (operation, input) => {
        const failure = failures.shift();
        if (failure) throw named(failure);
        return { operation, input };
      });
      expect(await calls.call('GetRecords', { a: 1 }, 'shard s')).toEqual({
        operation: 'GetRecords',
        input: { a: 1 },
      });
      expect(world.clock.monotonic()).toBeGreaterThan(0);
    }));

  test('tries again where no answer comes in time', () =>
    play(async (world) => {
      let attempts = 0;
      const calls = patient(world, (_, __, options) => {
        attempts += 1;
        if (attempts === 3) return Promise.resolve({ done: true });
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(named('TimeoutError')));
        });
      });
      expect(await calls.call('GetRecords', {}, 'shard s')).toEqual({ done: true });
      expect(world.clock.monotonic()).toBeGreaterThanOrEqual(2_000);
    }));

  test('gives up at once on what will not pass', () =>
    play(async (world) => {
      const cause = named('AccessDeniedException', 'not yours');
      const calls = patient(world, () => Promise.reject(cause));
      await expect(calls.call('GetRecords', {}, 'shard s')).rejects.toMatchObject({
        code: 'STREAM_UNREADABLE',
        message: 'shard s: GetRecords failed: AccessDeniedException: not yours',
        retryable: false,
        cause,
      });
      expect(world.clock.monotonic()).toBe(0);
    }));

  test('gives up after a time without success', () =>
    play(async (world) => {
      const calls = patient(world, () => Promise.reject(named('InternalFailure')));
      await expect(calls.call('GetRecords', {}, 'shard s')).rejects.toMatchObject({
        code: 'STREAM_UNREADABLE',
        retryable: true,
        message: expect.stringMatching(
          /^shard s: GetRecords failed \d+ times in 2\d{4} ms: InternalFailure: why$/,
        ),
      });
      expect(world.clock.monotonic()).toBeLessThan(25_000);
    }));

  test('hands on what its caller deals with', () =>
    play(async (world) => {
      const expired = named('ExpiredIteratorException');
      const calls = patient(world, () => Promise.reject(expired));
      const call = calls.call('GetRecords', {}, 'shard s', (error) => error === expired);
      await expect(call).rejects.toBe(expired);
    }));

  test('stops when told to: in a call, in a pause, and before the next call', () =>
    play(async (world) => {
      const stop = new AbortController();
      let attempts = 0;
      const calls = patient(
        world,
        () => {
          attempts += 1;
          return Promise.reject(named('InternalFailure'));
        },
        stop.signal,
      );
      const call = calls.call('GetRecords', {}, 'shard s');
      world.clock.schedule(500, () => stop.abort(new Error('enough')));
      await expect(call).rejects.toThrow('enough');
      expect(world.clock.monotonic()).toBe(500);
      const attemptsMade = attempts;
      await expect(calls.call('GetRecords', {}, 'shard s')).rejects.toThrow('enough');
      expect(attempts).toBe(attemptsMade);
      const inCall = new AbortController();
      const hanging = patient(
        world,
        (_, __, options) =>
          new Promise((_resolve, reject) => {
            options?.signal?.addEventListener('abort', () => reject(named('AbortError')));
          }),
        inCall.signal,
      ).call('GetRecords', {}, 'shard s');
      inCall.abort();
      await expect(hanging).rejects.toThrow('why');
    }));
});
