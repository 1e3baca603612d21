import { describe, expect, it } from 'vitest';
import { ConnectionFaultError, type SubscriptionCut } from '../src/index.js';
import { asSdkSeesIt } from '../src/sdk-event-stream.js';
import type { EventStreamMember } from '../src/subscription.js';

const member: EventStreamMember = { SubscribeToShardEvent: { Records: [], MillisBehindLatest: 0 } };

/** One event, then `outcome`. */
function eventsThen(outcome: () => Promise<IteratorResult<EventStreamMember, undefined>>) {
  let pulled = 0;
  let returned = 0;
  const events: AsyncIterableIterator<EventStreamMember> = {
    next: () => (pulled++ === 0 ? Promise.resolve({ done: false, value: member }) : outcome()),
    return: () => {
      returned += 1;
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => events,
  };
  return { events, returned: () => returned };
}

const cut = (how: SubscriptionCut) => () =>
  Promise.reject(new ConnectionFaultError('SubscribeToShard', 'reset', undefined, how));

async function readAll(events: AsyncIterable<EventStreamMember>): Promise<number> {
  let read = 0;
  for await (const event of events) if (event === member) read += 1;
  return read;
}

describe('asSdkSeesIt', () => {
  it.each(['fin', 'cancel'] as const)('takes the cut %s for the end', async (how) => {
    expect(await readAll(asSdkSeesIt(eventsThen(cut(how)).events, undefined))).toBe(1);
  });

  it.each(['reset', 'internal-error', 'goaway', 'corrupt'] as const)('passes the cut %s on', async (how) => {
    await expect(readAll(asSdkSeesIt(eventsThen(cut(how)).events, undefined))).rejects.toMatchObject({
      cut: how,
    });
  });

  it('passes other errors on', async () => {
    const error = new Error('other');
    const { events } = eventsThen(() => Promise.reject(error));
    await expect(readAll(asSdkSeesIt(events, undefined))).rejects.toBe(error);
  });

  it('returns when its reader does, and when the caller aborts, but not after the end', async () => {
    const end = () => Promise.resolve({ done: true as const, value: undefined });
    const broken = eventsThen(end);
    for await (const _ of asSdkSeesIt(broken.events, undefined)) break;
    expect(broken.returned()).toBe(1);

    const aborted = eventsThen(end);
    const caller = new AbortController();
    await asSdkSeesIt(aborted.events, caller.signal).next();
    caller.abort();
    expect(aborted.returned()).toBe(1);

    const ended = eventsThen(end);
    const late = new AbortController();
    expect(await readAll(asSdkSeesIt(ended.events, late.signal))).toBe(1);
    late.abort();
    expect(ended.returned()).toBe(0);
  });
});
