import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LeaseLostError } from '../src/errors.js';
import type { ConsumerEvent } from '../src/events.js';
import { Reporter } from '../src/reporter.js';

const stopped: ConsumerEvent = { type: 'stopped', reason: 'stop' };
const endings: (() => void)[] = [];

function hearChannel(): unknown[] {
  const heard: unknown[] = [];
  const listener = (message: unknown) => void heard.push(message);
  subscribe('shardline:consumer', listener);
  endings.push(() => unsubscribe('shardline:consumer', listener));
  return heard;
}

/** Hears warnings instead of the process. */
function hearWarnings() {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  endings.push(() => emitWarning.mockRestore());
  return emitWarning;
}

function makeReporter(onError: (error: unknown) => void = () => {}) {
  const events: ConsumerEvent[] = [];
  return { reporter: new Reporter('tweets', { onEvent: (event) => events.push(event), onError }), events };
}

afterEach(() => {
  for (const end of endings.splice(0)) end();
});

describe('Reporter', () => {
  it('makes no event while nobody listens', () => {
    const make = vi.fn(() => stopped);
    new Reporter('tweets', { onError: () => {} }).tell(make);
    expect(make).not.toHaveBeenCalled();
  });

  it('tells the listener and the diagnostics channel, there with the stream', () => {
    const heard = hearChannel();
    const { reporter, events } = makeReporter();
    reporter.tell(() => stopped);
    expect(events).toEqual([stopped]);
    expect(heard).toEqual([{ stream: 'tweets', event: stopped }]);
  });

  it('tells onError of what nobody awaits, and makes no event of it', () => {
    const errors: unknown[] = [];
    const { reporter, events } = makeReporter((error) => errors.push(error));
    const error = new LeaseLostError('shardId-000000000000', 'taken');
    reporter.error(error);
    expect([errors, events]).toEqual([[error], []]);
  });

  it.each<[string, unknown, string]>([
    ['the code of what is typed', new LeaseLostError('shardId-000000000000', 'taken'), 'LEASE_LOST'],
    ['the name of any error', new TypeError('x'), 'TypeError'],
    ['the type of what is no error', 'text', 'string'],
  ])('tells of failed coordination with %s, and onError', (_, error, reason) => {
    const errors: unknown[] = [];
    const { reporter, events } = makeReporter((one) => errors.push(one));
    reporter.failure('renew-lease', error);
    expect(events).toEqual([{ type: 'coordination-failed', reason, task: 'renew-lease', error }]);
    expect(errors).toEqual([error]);
  });

  it('makes a typed error of a store that did not answer in time', () => {
    const errors: unknown[] = [];
    const { reporter, events } = makeReporter((one) => errors.push(one));
    const cause = Object.assign(new Error('No answer.'), { name: 'TimeoutError' });
    reporter.failure('checkpoint', cause);
    expect(events).toMatchObject([
      { type: 'coordination-failed', reason: 'LEASE_STORE_SILENT', task: 'checkpoint' },
    ]);
    expect(errors).toMatchObject([{ code: 'LEASE_STORE_SILENT', task: 'checkpoint', cause }]);
  });
});

describe('Reporter, when user code throws', () => {
  const error = new Error('mine');
  const throwing = () => {
    throw error;
  };

  it('goes on, warns once, and tells the listener of a failed onError', () => {
    const warned = hearWarnings();
    const { reporter, events } = makeReporter(throwing);
    reporter.error(1);
    reporter.failure('checkpoint', 2);
    const failed = { type: 'callback-failed', reason: 'onError', error };
    expect(events).toEqual([failed, expect.objectContaining({ type: 'coordination-failed' }), failed]);
    expect(warned.mock.calls).toMatchObject([
      [
        expect.stringMatching(/onError of the consumer of stream "tweets".*mine/),
        { code: 'SHARDLINE_CALLBACK_FAILED' },
      ],
    ]);
  });

  it('goes on, warns, and tells the channel of a failed onEvent', () => {
    const warned = hearWarnings();
    const heard = hearChannel();
    new Reporter('tweets', { onEvent: throwing, onError: () => {} }).tell(() => stopped);
    expect(heard).toEqual([
      { stream: 'tweets', event: stopped },
      { stream: 'tweets', event: { type: 'callback-failed', reason: 'onEvent', error } },
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('hears the rejection of an async callback', async () => {
    const warned = hearWarnings();
    const { reporter, events } = makeReporter(() => Promise.reject(error) as unknown as undefined);
    reporter.error(1);
    await Promise.resolve();
    expect(events).toEqual([{ type: 'callback-failed', reason: 'onError', error }]);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});
