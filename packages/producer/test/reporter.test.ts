import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Attempt } from '../src/attempt.js';
import { RecordExpiredError, ShutdownTimeoutError } from '../src/errors.js';
import type { ProducerEvent } from '../src/events.js';
import type { Outcomes } from '../src/outcomes.js';
import { type Listeners, Reporter } from '../src/reporter.js';
import { SettledEntry } from '../src/settled-entry.js';
import { single } from './support/entries.js';

const landing = { shardId: 'shardId-000000000000', sequenceNumber: '49' };
const outcomes = new SettledEntry('tweets', single(), landing);
const stopped: ProducerEvent = { type: 'aggregation-stopped', reason: 'summary' };
const endings: (() => void)[] = [];

/** Hears what is published on the diagnostics channel until the test ends. */
function hearChannel(): unknown[] {
  const heard: unknown[] = [];
  const listener = (message: unknown) => void heard.push(message);
  subscribe('shardline:producer', listener);
  endings.push(() => unsubscribe('shardline:producer', listener));
  return heard;
}

/** Hears warnings instead of the process. */
function hearWarnings() {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  endings.push(() => emitWarning.mockRestore());
  return emitWarning;
}

function makeReporter(listeners: Listeners = {}) {
  const events: ProducerEvent[] = [];
  return {
    reporter: new Reporter('tweets', { onEvent: (event) => events.push(event), ...listeners }),
    events,
  };
}

function throwing(thrown: unknown): () => void {
  return () => {
    throw thrown;
  };
}

const facts = (...attempts: Attempt[]) => ({
  stream: 'tweets',
  record: () => ({ partitionKey: 'k', data: 'x' }),
  attempts,
  mayBeStored: false,
});

function expired(errorCode?: string): RecordExpiredError {
  const attempts = errorCode === undefined ? [] : [{ delayMs: 0, durationMs: 1, success: false, errorCode }];
  return new RecordExpiredError(facts(...attempts), 1);
}

afterEach(() => {
  for (const end of endings.splice(0)) end();
});

describe('Reporter.tell', () => {
  it('makes no event while nobody listens', () => {
    const make = vi.fn(() => stopped);
    new Reporter('tweets', {}).tell(make);
    expect(make).not.toHaveBeenCalled();
  });

  it('tells the listener and the diagnostics channel, there with the stream', () => {
    const heard = hearChannel();
    const { reporter, events } = makeReporter();
    reporter.tell(() => stopped);
    expect(events).toEqual([stopped]);
    expect(heard).toEqual([{ stream: 'tweets', event: stopped }]);
  });

  it('tells the channel without a listener', () => {
    const heard = hearChannel();
    new Reporter('tweets', {}).tell(() => stopped);
    expect(heard).toHaveLength(1);
  });
});

describe('Reporter, its counters and events', () => {
  it('reports a sealed aggregate', () => {
    const { reporter, events } = makeReporter();
    reporter.sealed('linger', 'shardId-000000000003', 40, 1_000);
    expect(reporter.tally.snapshot().sealed).toEqual({ linger: 1 });
    expect(events).toEqual([
      { type: 'sealed', reason: 'linger', shardId: 'shardId-000000000003', userRecords: 40, bytes: 1_000 },
    ]);
  });

  it('reports records that are put again', () => {
    const { reporter, events } = makeReporter();
    reporter.retried('throttled', undefined, 40, {
      name: 'ProvisionedThroughputExceededException',
      message: 'Slow down.',
    });
    expect(reporter.tally.snapshot().retriedRecords).toEqual({ throttled: 40 });
    expect(events).toEqual([
      {
        type: 'retry',
        reason: 'throttled',
        shardId: undefined,
        userRecords: 40,
        errorCode: 'ProvisionedThroughputExceededException',
        message: 'Slow down.',
      },
    ]);
  });

  it('reports records that have failed: at once in the counters, once for each cause in the events', async () => {
    const { reporter, events } = makeReporter();
    const first = expired('InternalFailure');
    reporter.failed(first, 'shardId-000000000003', 2);
    reporter.failed(expired('InternalFailure'), 'shardId-000000000003', 3);
    reporter.failed(expired('InternalFailure'), 'shardId-000000000004', 1);
    reporter.failed(expired(), 'shardId-000000000003', 1);
    reporter.failed(new ShutdownTimeoutError(facts(), 'timed out'), 'shardId-000000000003', 1);
    expect(reporter.tally.snapshot().failedRecords).toEqual({ RECORD_EXPIRED: 7, SHUTDOWN_TIMEOUT: 1 });
    expect(events).toEqual([]);
    await Promise.resolve();
    const told = { type: 'failed', reason: 'RECORD_EXPIRED', shardId: 'shardId-000000000003' };
    expect(events).toEqual([
      { ...told, userRecords: 5, errorCode: 'InternalFailure', message: first.message },
      {
        ...told,
        shardId: 'shardId-000000000004',
        userRecords: 1,
        errorCode: 'InternalFailure',
        message: first.message,
      },
      { ...told, userRecords: 1, errorCode: undefined, message: expired().message },
      {
        ...told,
        reason: 'SHUTDOWN_TIMEOUT',
        userRecords: 1,
        errorCode: undefined,
        message: expect.stringContaining('timed out'),
      },
    ]);
    reporter.failed(expired(), 'shardId-000000000003', 1);
    await Promise.resolve();
    expect(events).toHaveLength(5);
    expect(events[4]).toMatchObject({ userRecords: 1 });
  });

  it('counts with nobody listening', () => {
    const reporter = new Reporter('tweets', {});
    reporter.failed(expired(), undefined, 2);
    expect(reporter.tally.snapshot().failedRecords).toEqual({ RECORD_EXPIRED: 2 });
  });

  it('hands over outcomes', () => {
    const handed: Outcomes[] = [];
    const { reporter } = makeReporter({ onOutcomes: (one) => handed.push(one) });
    reporter.outcomes(outcomes);
    expect(handed).toEqual([outcomes]);
    new Reporter('tweets', {}).outcomes(outcomes);
  });
});

describe('Reporter, when user code throws (P1)', () => {
  it('goes on, warns, and tells the listener of a failed onOutcomes', () => {
    const warned = hearWarnings();
    const error = new Error('mine');
    const { reporter, events } = makeReporter({ onOutcomes: throwing(error) });
    reporter.outcomes(outcomes);
    expect(events).toEqual([{ type: 'callback-failed', reason: 'onOutcomes', error }]);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]).toMatchObject([
      expect.stringMatching(/onOutcomes.*"tweets".*mine/),
      { code: 'SHARDLINE_CALLBACK_FAILED' },
    ]);
  });

  it('goes on, warns, and tells the channel of a failed onEvent', () => {
    const warned = hearWarnings();
    const heard = hearChannel();
    const error = new Error('mine');
    makeReporter({ onEvent: throwing(error) }).reporter.tell(() => stopped);
    expect(heard).toEqual([
      { stream: 'tweets', event: stopped },
      { stream: 'tweets', event: { type: 'callback-failed', reason: 'onEvent', error } },
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('warns once for each callback, however often it happens', () => {
    const warned = hearWarnings();
    const { reporter } = makeReporter({ onOutcomes: throwing(1), onEvent: throwing(2) });
    for (let count = 0; count < 5; count += 1) reporter.outcomes(outcomes);
    expect(warned).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['nothing', undefined],
    ['a symbol', Symbol('odd')],
    ['an object without a text form', Object.create(null)],
    [
      'an error whose text form throws',
      Object.assign(new Error('x'), { toString: throwing(new Error('y')) }),
    ],
  ])('goes on whatever is thrown: %s', (_, thrown) => {
    const warned = hearWarnings();
    makeReporter({ onOutcomes: throwing(thrown) }).reporter.outcomes(outcomes);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('tells of an async callback that rejects, and leaves no rejection unhandled', async () => {
    const warned = hearWarnings();
    const heard = hearChannel();
    const error = new Error('later');
    makeReporter({ onOutcomes: () => Promise.reject(error) }).reporter.outcomes(outcomes);
    await Promise.resolve();
    expect(heard).toEqual([
      { stream: 'tweets', event: { type: 'callback-failed', reason: 'onOutcomes', error } },
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});
