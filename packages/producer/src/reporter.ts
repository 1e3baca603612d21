import { channel } from 'node:diagnostics_channel';
import type { ProducerEvent, RetryReason, SealReason } from './events.js';
import type { Outcomes } from './outcomes.js';
import { Tally } from './tally.js';

/** User code that is told of things; none of it can break the pipeline (P1). */
export interface Listeners {
  readonly onEvent?: (event: ProducerEvent) => void;
  readonly onOutcomes?: (outcomes: Outcomes) => void;
}

type CallbackName = 'onOutcomes' | 'onEvent';

/** Name of the diagnostics channel. */
const channelName = 'shardline:producer';

/** Counts what happens and tells the listener and the diagnostics channel; costs nothing while nobody listens. */
export class Reporter {
  readonly tally = new Tally();
  readonly #stream: string;
  readonly #listeners: Listeners;
  readonly #channel = channel(channelName);
  readonly #warned = new Set<CallbackName>();

  constructor(stream: string, listeners: Listeners) {
    this.#stream = stream;
    this.#listeners = listeners;
  }

  /** Tells of an event; `make` is called only when somebody listens. */
  tell(make: () => ProducerEvent): void {
    const { onEvent } = this.#listeners;
    if (!onEvent && !this.#channel.hasSubscribers) return;
    const event = make();
    this.#publish(event);
    if (onEvent) this.#call('onEvent', () => onEvent(event));
  }

  sealed(reason: SealReason, shardId: string | undefined, userRecords: number, bytes: number): void {
    this.tally.addBy('sealed', reason, 1);
    this.tell(() => ({ type: 'sealed', reason, shardId, userRecords, bytes }));
  }

  retried(reason: RetryReason, shardId: string | undefined, userRecords: number, errorCode: string): void {
    this.tally.addBy('retriedRecords', reason, userRecords);
    this.tell(() => ({ type: 'retry', reason, shardId, userRecords, errorCode }));
  }

  failed(code: string, shardId: string | undefined, userRecords: number): void {
    this.tally.addBy('failedRecords', code, userRecords);
    this.tell(() => ({ type: 'failed', reason: code, shardId, userRecords }));
  }

  /** Hands outcomes to the user. */
  outcomes(outcomes: Outcomes): void {
    const { onOutcomes } = this.#listeners;
    if (onOutcomes) this.#call('onOutcomes', () => onOutcomes(outcomes));
  }

  /** A callback may turn out to be an async function: its rejection is told like a throw, since nobody awaits it. */
  #call(reason: CallbackName, callback: () => unknown): void {
    try {
      const returned = callback();
      if (returned instanceof Promise) returned.catch((error) => this.#callbackFailed(reason, error));
    } catch (error) {
      this.#callbackFailed(reason, error);
    }
  }

  #callbackFailed(reason: CallbackName, error: unknown): void {
    const event: ProducerEvent = { type: 'callback-failed', reason, error };
    if (reason === 'onOutcomes') this.tell(() => event);
    else this.#publish(event);
    if (this.#warned.has(reason)) return;
    this.#warned.add(reason);
    process.emitWarning(`${reason} of the producer of stream "${this.#stream}" threw: ${inWords(error)}`, {
      code: 'SHARDLINE_CALLBACK_FAILED',
    });
  }

  #publish(event: ProducerEvent): void {
    if (this.#channel.hasSubscribers) this.#channel.publish({ stream: this.#stream, event });
  }
}

/** Anything can be thrown, even what throws when it is turned into text. */
function inWords(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}
