import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ConnectionFaultError } from '../src/connection-fault-error.js';
import type { EventMessages } from '../src/event-stream-wire.js';
import type { Response } from '../src/http-connection.js';
import { sendEvents } from '../src/send-events.js';
import { KinesisServiceError } from '../src/service-error.js';
import { warned } from './support/warned.js';

/** Messages that can be read. */
const messages: EventMessages = {
  opening: Buffer.from('open;'),
  event: (event) => Buffer.from(`${JSON.stringify(event)};`),
  exception: (name, message) => Buffer.from(`${name}: ${message};`),
  corrupt: () => Buffer.from('corrupt;'),
};

/** An answer whose reader takes a message only when told to. */
class HeldAnswer extends Writable {
  taken = '';
  readonly #waiting: (() => void)[] = [];

  constructor(highWaterMark: number) {
    super({ highWaterMark });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#waiting.push(() => {
      this.taken += chunk.toString();
      done();
    });
  }

  /** The reader takes all that there is. */
  async take(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      next();
      await turns();
    }
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function setUp(highWaterMark = 1_000) {
  const answer = new HeldAnswer(highWaterMark);
  const cuts: string[] = [];
  const log: string[] = [];
  let settle: (result: IteratorResult<object> | Error) => void = () => {};
  const events: AsyncIterable<object> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        log.push('pull');
        return new Promise((resolve, reject) => {
          settle = (result) => (result instanceof Error ? reject(result) : resolve(result));
        });
      },
      return: () => {
        log.push('return');
        settle({ done: true, value: undefined });
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const sent = sendEvents(events, messages, answer as unknown as Response, (how) => cuts.push(how));
  const give = async (result: IteratorResult<object> | Error) => {
    settle(result);
    await turns();
  };
  const event = (number: number) => give({ value: { number } });
  const end = () => give({ done: true, value: undefined });
  return { answer, cuts, log, sent, give, event, end };
}

describe('sendEvents', () => {
  it('opens at once, sends events as they come and ends with them', async () => {
    const { answer, sent, event, end, log } = setUp();
    await answer.take();
    expect(answer.taken).toBe('open;');
    await event(1);
    await answer.take();
    expect(answer.taken).toBe('open;{"number":1};');
    await end();
    await answer.take();
    await sent;
    expect([answer.writableFinished, log]).toEqual([true, ['pull', 'pull']]);
  });

  it('pulls nothing while the reader is behind', async () => {
    const { answer, event, log } = setUp(5);
    await turns();
    expect(log).toEqual([]);
    await answer.take();
    expect(log).toEqual(['pull']);
    await event(1);
    expect(log).toEqual(['pull']);
    await answer.take();
    expect(log).toEqual(['pull', 'pull']);
  });

  it('tells the iterator once that the client is gone, while it waits for an event', async () => {
    const { answer, sent, log } = setUp();
    await answer.take();
    answer.destroy();
    await sent;
    expect(log).toEqual(['pull', 'return']);
  });

  it('tells it while it waits for the reader, and before it begins', async () => {
    for (const when of ['late', 'early']) {
      const { answer, sent, log } = setUp(1);
      if (when === 'late') await turns();
      answer.destroy();
      await sent;
      expect(log).toEqual(['return']);
    }
  });

  it('does not tell an iterator that is over', async () => {
    const { answer, sent, end, log } = setUp();
    await turns();
    await end();
    await sent;
    answer.destroy();
    await turns();
    expect(log).toEqual(['pull']);
  });

  it('ends with an exception that the service has', async () => {
    const { answer, sent, give } = setUp();
    await turns();
    await give(new KinesisServiceError('ResourceInUseException', 'Taken.'));
    await answer.take();
    await sent;
    expect([answer.taken, answer.writableFinished]).toEqual(['open;ResourceInUseException: Taken.;', true]);
  });

  it('ends with an internal failure, and a warning, where the fault is ours', async () => {
    const { answer, sent, give } = setUp();
    const warning = warned(({ message }) => message === 'Slip.');
    await turns();
    await give(new TypeError('Slip.'));
    await answer.take();
    await sent;
    expect(answer.taken).toBe('open;InternalFailureException: Slip.;');
    await warning;
  });

  it('cuts once all that came before has left', async () => {
    const { answer, sent, give, event, cuts } = setUp();
    await turns();
    await event(1);
    await give(new ConnectionFaultError('SubscribeToShard', 'reset', undefined, 'goaway'));
    expect(cuts).toEqual([]);
    await answer.take();
    await sent;
    expect([answer.taken, cuts]).toEqual(['open;{"number":1};', ['goaway']]);
    expect(answer.writableEnded).toBe(false);
  });

  it('cuts nothing when the client goes first', async () => {
    const { answer, sent, give, cuts, log } = setUp();
    await turns();
    await give(new ConnectionFaultError('SubscribeToShard', 'reset', undefined, 'goaway'));
    answer.destroy();
    await sent;
    expect([cuts, log]).toEqual([['goaway'], ['pull']]);
  });

  it('sends a corrupt event and ends, and resets where nothing else is said', async () => {
    const corrupt = setUp();
    await turns();
    await corrupt.give(new ConnectionFaultError('SubscribeToShard', 'reset', undefined, 'corrupt'));
    await corrupt.answer.take();
    expect([corrupt.answer.taken, corrupt.cuts]).toEqual(['open;corrupt;', ['end']]);
    const closed = setUp();
    await turns();
    await closed.give(new ConnectionFaultError('SubscribeToShard', 'reset'));
    await closed.answer.take();
    expect(closed.cuts).toEqual(['reset']);
  });
});
