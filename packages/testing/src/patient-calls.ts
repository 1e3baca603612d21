import type { Clock, Random } from '@shardline/core';
import { delay, fullJitterMs, serviceFaultOf } from '@shardline/core/internal';
import type { KinesisReads } from './kinesis-reads.js';
import { LedgerError } from './ledger-error.js';

const backoff = Object.freeze({ baseMs: 200, capMs: 3_000 });

/** What {@link PatientCalls} is built from. */
export interface PatientCallsOptions {
  readonly kinesis: KinesisReads;
  readonly clock: Clock;
  readonly random: Random;
  /** Longest wait for one answer, in milliseconds. */
  readonly callTimeoutMs: number;
  /** Longest time without a successful answer, in milliseconds. */
  readonly giveUpAfterMs: number;
  /** Ends calls and waits. */
  readonly signal: AbortSignal;
}

/** What {@link PatientCalls.backOff} decides by. */
export interface FailedAttempt {
  readonly error: unknown;
  readonly retryable: boolean;
  /** What failed, for the error's message. */
  readonly call: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** When the first attempt began, by the monotonic clock. */
  readonly startedAtMs: number;
}

/** Calls that are made again, after a back-off, while the service throttles, fails for the moment or does not answer. */
export class PatientCalls {
  readonly #options: PatientCallsOptions;

  constructor(options: PatientCallsOptions) {
    this.#options = options;
  }

  /** `what` names the thing read, for errors. `final` recognises errors that the caller deals with itself. */
  async call<Answer extends object>(
    operation: string,
    input: object,
    what: string,
    final: (error: unknown) => boolean = () => false,
  ): Promise<Answer> {
    const { clock, signal } = this.#options;
    const startedAtMs = clock.monotonic();
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return (await this.#attempt(operation, input)) as Answer;
      } catch (error) {
        if (signal.aborted || final(error)) throw error;
        const { kind } = serviceFaultOf(error);
        const retryable = kind === 'throttled' || kind === 'transient';
        await this.backOff({ error, retryable, call: `${what}: ${operation}`, attempt, startedAtMs });
      }
    }
  }

  /** Waits before the next attempt. Throws when there is none: not retryable, or begun longer ago than `giveUpAfterMs`. */
  async backOff({ error, retryable, call, attempt, startedAtMs }: FailedAttempt): Promise<void> {
    const { clock, random, giveUpAfterMs, signal } = this.#options;
    const elapsedMs = clock.monotonic() - startedAtMs;
    if (!retryable || elapsedMs > giveUpAfterMs) {
      const { name, message } = serviceFaultOf(error);
      const tries = attempt === 1 ? '' : ` ${attempt} times in ${Math.round(elapsedMs)} ms`;
      const what = `${call} failed${tries}: ${name}: ${message}`;
      throw new LedgerError('STREAM_UNREADABLE', what, { retryable, cause: error });
    }
    await delay(clock, fullJitterMs(attempt, backoff, random), signal);
  }

  async #attempt(operation: string, input: object): Promise<object> {
    const { kinesis, clock, callTimeoutMs, signal } = this.#options;
    const stop = new AbortController();
    const abort = () => stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    const timer = clock.schedule(callTimeoutMs, abort, { keepAlive: false });
    try {
      return await kinesis.call(operation, input, { signal: stop.signal });
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    }
  }
}
