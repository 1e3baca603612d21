import { ShardlineError } from '@shardline/core';
import { Announcer } from '@shardline/core/internal';
import { withSilence } from './errors.js';
import type { ConsumerEvent, CoordinationTask } from './events.js';

/** User code that is told of things; none of it can break the consumer. */
export interface Listeners {
  readonly onEvent?: (event: ConsumerEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells the user's listeners and the diagnostics channel what a consumer does. */
export class Reporter {
  readonly #announcer: Announcer<ConsumerEvent>;
  readonly #onError: Listeners['onError'];

  constructor(stream: string, listeners: Listeners) {
    this.#onError = listeners.onError;
    this.#announcer = new Announcer<ConsumerEvent>({
      channelName: 'shardline:consumer',
      stream,
      owner: `consumer of stream "${stream}"`,
      onEvent: listeners.onEvent,
      callbackFailed: (callback, error) => {
        return { type: 'callback-failed', reason: callback as 'onError' | 'onEvent', error };
      },
    });
  }

  /** Tells of an event; `make` is called only when somebody listens. */
  readonly tell = (make: () => ConsumerEvent): void => this.#announcer.tell(make);

  /** Tells of what nobody awaits. */
  readonly error = (error: unknown): void => this.#announcer.call('onError', () => this.#onError(error));

  /** Tells of a store or a listing that failed and is asked again. */
  readonly failure = (task: CoordinationTask, thrown: unknown): void => {
    const error = withSilence(task, thrown);
    this.tell(() => ({ type: 'coordination-failed', reason: nameOf(error), task, error }));
    this.error(error);
  };
}

function nameOf(error: unknown): string {
  if (error instanceof ShardlineError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
