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
    const { clock, random, signal } = this.#options;
    const startedAtMs = clock.monotonic();
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return (await this.#attempt(operation, input)) as Answer;
      } catch (error) {
        if (signal.aborted || final(error)) throw error;
        this.#throwUnlessPassing(error, `${what}: ${operation}`, clock.monotonic() - startedAtMs, attempt);
      }
      await delay(clock, fullJitterMs(attempt, backoff, random), signal);
    }
  }

  #throwUnlessPassing(error: unknown, call: string, elapsedMs: number, attempts: number): void {
    const { kind, name, message } = serviceFaultOf(error);
    const passing = kind === 'throttled' || kind === 'transient';
    if (passing && elapsedMs <= this.#options.giveUpAfterMs) return;
    const tries = attempts === 1 ? '' : ` ${attempts} times in ${Math.round(elapsedMs)} ms`;
    throw new LedgerError('STREAM_UNREADABLE', `${call} failed${tries}: ${name}: ${message}`, error);
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
