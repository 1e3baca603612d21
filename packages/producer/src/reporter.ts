import { Announcer, serviceFaultOf } from '@shardline/core/internal';
import type { RecordFailedError } from './errors.js';
import type { ProducerEvent, RetryError, RetryReason, SealReason } from './events.js';
import type { Outcomes } from './outcomes.js';
import { Tally } from './tally.js';

/** User code that is told of things; none of it can break the pipeline (P1). */
export interface Listeners {
  readonly onEvent?: ((event: ProducerEvent) => void) | undefined;
  readonly onOutcomes?: ((outcomes: Outcomes) => void) | undefined;
}

/** Records that failed for one reason. */
interface Failed {
  /** Of the first of them. */
  readonly error: RecordFailedError;
  readonly errorCode: string | undefined;
  readonly shardId: string | undefined;
  userRecords: number;
}

type CallbackName = 'onOutcomes' | 'onEvent';

/** Counts what happens and tells the listener and the diagnostics channel; costs nothing while nobody listens. */
export class Reporter {
  readonly tally = new Tally();
  readonly #announcer: Announcer<ProducerEvent>;
  readonly #onOutcomes: Listeners['onOutcomes'];
  /** What failed in this moment, by cause. */
  readonly #failures = new Map<string, Failed>();

  constructor(stream: string, listeners: Listeners) {
    this.#onOutcomes = listeners.onOutcomes;
    this.#announcer = new Announcer<ProducerEvent>({
      channelName: 'shardline:producer',
      stream,
      owner: `producer of stream "${stream}"`,
      onEvent: listeners.onEvent,
      callbackFailed: (callback, error) => {
        return { type: 'callback-failed', reason: callback as CallbackName, error };
      },
    });
  }

  /** Tells of an event; `make` is called only when somebody listens. */
  tell(make: () => ProducerEvent): void {
    this.#announcer.tell(make);
  }

  sealed(reason: SealReason, shardId: string | undefined, userRecords: number, bytes: number): void {
    this.tally.addBy('sealed', reason, 1);
    this.tell(() => ({ type: 'sealed', reason, shardId, userRecords, bytes }));
  }

  retried(reason: RetryReason, shardId: string | undefined, userRecords: number, error: RetryError): void {
    this.tally.addBy('retriedRecords', reason, userRecords);
    const { name: errorCode, message } = error;
    this.tell(() => ({ type: 'retry', reason, shardId, userRecords, errorCode, message }));
  }

  /** There is no memory for what was to be done with records, for now. */
  noMemory(shardId: string | undefined, userRecords: number, error: unknown): void {
    this.retried('no-memory', shardId, userRecords, serviceFaultOf(error));
  }

  /**
   * Records have failed, the first of them with `error`. Counted at once; told when the moment is over, once for a shard and a reason:
   * while the shards are not known, and where nothing is aggregated, each record ends by itself.
   */
  failed(error: RecordFailedError, shardId: string | undefined, userRecords: number): void {
    this.tally.addBy('failedRecords', error.code, userRecords);
    const errorCode = error.attempts.at(-1)?.errorCode;
    const cause = `${error.code} ${errorCode} ${shardId}`;
    if (this.#failures.size === 0) queueMicrotask(() => this.#tellFailures());
    const counted = this.#failures.get(cause) ?? { error, errorCode, shardId, userRecords: 0 };
    counted.userRecords += userRecords;
    this.#failures.set(cause, counted);
  }

  #tellFailures(): void {
    const failures = [...this.#failures.values()];
    this.#failures.clear();
    for (const { error, ...facts } of failures) {
      const { code: reason, message } = error;
      this.tell(() => ({ type: 'failed', reason, message, ...facts }));
    }
  }

  /** Hands outcomes to the user. */
  outcomes(outcomes: Outcomes): void {
    const onOutcomes = this.#onOutcomes;
    if (onOutcomes) this.#announcer.call('onOutcomes', () => onOutcomes(outcomes));
  }
}
