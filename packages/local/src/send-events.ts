import type { Writable } from 'node:stream';
import { ConnectionFaultError } from './connection-fault-error.js';
import type { EventMessages } from './event-stream-wire.js';
import type { SubscriptionCut } from './fault.js';
import { isGone, type Response } from './http-connection.js';
import { KinesisServiceError } from './service-error.js';

/**
 * Writes events to an answer whose headers are set, and ends it as they end. Pulls the next event only when the last one is
 * on its way: a client that reads slowly is waited for, and nothing piles up here. Once the client is gone the iterator is
 * told so. Never rejects.
 *
 * ```
 * opening ──▶ pull ──event──▶ write ──room──▶ pull        write ──no room──▶ wait for drain ──▶ pull
 *              ├─done──▶ end   ├─service error──▶ exception, end   └─cut──▶ flush, cut
 *              └─client gone at any time──▶ return()
 * ```
 */
export async function sendEvents(
  events: AsyncIterable<object>,
  messages: EventMessages,
  response: Response,
  cut: (how: Exclude<SubscriptionCut, 'corrupt'>) => void,
): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  const writer = new EventWriter(response, () => {
    // Nobody can be told what comes of it; an iterator that cannot be ended is a fault of ours.
    Promise.resolve(iterator.return?.()).catch(warn);
  });
  await writer.write(messages.opening);
  try {
    for (;;) {
      if (writer.gone) return;
      const next = await iterator.next();
      if (next.done) break;
      await writer.write(messages.event(next.value));
    }
  } catch (error) {
    if (writer.gone) return;
    writer.forgetGone();
    if (error instanceof ConnectionFaultError) {
      await cutOff(error.cut, messages, writer, cut);
      return;
    }
    await writer.write(exceptionOf(error, messages));
  }
  writer.forgetGone();
  response.end();
}

async function cutOff(
  how: SubscriptionCut | undefined,
  messages: EventMessages,
  writer: EventWriter,
  cut: (how: Exclude<SubscriptionCut, 'corrupt'>) => void,
): Promise<void> {
  if (how === 'corrupt') await writer.write(messages.corrupt());
  // What came before the cut is not to be lost by it.
  await writer.flush();
  cut(how === 'corrupt' ? 'end' : (how ?? 'reset'));
}

function exceptionOf(error: unknown, messages: EventMessages): Uint8Array {
  if (error instanceof KinesisServiceError) return messages.exception(error.name, error.message);
  warn(error);
  return messages.exception(
    'InternalFailureException',
    error instanceof Error ? error.message : String(error),
  );
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** Writes to an answer at the pace of its reader. One call at a time. */
class EventWriter {
  /** Whether nobody is there any more to write to. */
  gone = false;
  readonly #response: Writable;
  #onGone: () => void;
  /** Messages on their way. */
  #pending = 0;
  #wake = () => {};

  constructor(response: Response, onGone: () => void) {
    this.#response = response;
    this.#onGone = onGone;
    response.on('drain', () => this.#wake());
    const close = () => {
      this.gone = true;
      this.#onGone();
      this.#wake();
    };
    if (isGone(response)) close();
    else response.once('close', close);
  }

  /** Resolves when there is room for more, or nobody to write to. */
  async write(message: Uint8Array): Promise<void> {
    if (this.gone) return;
    this.#pending += 1;
    const room = this.#response.write(message, () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#wake();
    });
    if (!room) await this.#woken();
  }

  /** Resolves when all that was written has left, or nobody is there to get it. */
  async flush(): Promise<void> {
    while (!this.gone && this.#pending > 0) await this.#woken();
  }

  /** From here on nobody needs to know when the client goes. */
  forgetGone(): void {
    this.#onGone = () => {};
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
