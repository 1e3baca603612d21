import { channel } from 'node:diagnostics_channel';
import { afterEach, expect, test, vi } from 'vitest';
import { Announcer, type AnnouncerParts } from '../src/announcer.js';

interface TestEvent {
  readonly type: string;
  readonly error?: unknown;
}

const channelName = 'shardline:announcer-test';
const heard: unknown[] = [];
const hear = (message: unknown) => heard.push(message);

afterEach(() => {
  channel(channelName).unsubscribe(hear);
  heard.length = 0;
  vi.restoreAllMocks();
});

function announcer(parts: Partial<AnnouncerParts<TestEvent>> = {}): Announcer<TestEvent> {
  return new Announcer({
    channelName,
    stream: 'tweets',
    owner: 'tester of stream "tweets"',
    onEvent: undefined,
    callbackFailed: (callback, error) => ({ type: `${callback} failed`, error }),
    ...parts,
  });
}

test('makes no event while nobody listens', () => {
  const make = vi.fn(() => ({ type: 'a' }));
  announcer().tell(make);
  expect(make).not.toHaveBeenCalled();
});

test('tells the listener and the channel of the same event', () => {
  channel(channelName).subscribe(hear);
  const told: TestEvent[] = [];
  announcer({ onEvent: (event) => told.push(event) }).tell(() => ({ type: 'a' }));
  expect(told).toEqual([{ type: 'a' }]);
  expect(heard).toEqual([{ stream: 'tweets', event: { type: 'a' } }]);
});

test('a listener that throws breaks nothing, is told of on the channel, and warns once', () => {
  channel(channelName).subscribe(hear);
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  const failing = announcer({
    onEvent: () => {
      throw new Error('no');
    },
  });
  failing.tell(() => ({ type: 'a' }));
  failing.tell(() => ({ type: 'b' }));
  expect(heard).toHaveLength(4);
  expect(heard[1]).toMatchObject({ event: { type: 'onEvent failed' } });
  expect(warn).toHaveBeenCalledExactlyOnceWith('onEvent of the tester of stream "tweets" threw: Error: no', {
    code: 'SHARDLINE_CALLBACK_FAILED',
  });
});

test('the rejection of a callback that nobody awaits is told to the listener', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  const told: TestEvent[] = [];
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  announcer({ onEvent: (event) => told.push(event) }).call('onError', () => Promise.reject(proxy));
  await Promise.resolve();
  expect(told.map(({ type }) => type)).toEqual(['onError failed']);
});
