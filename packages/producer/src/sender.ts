import type { Clock } from '@shardline/core';
import { callWithin, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import type { RequestPart } from './collector.js';
import type { Entry } from './entry.js';
import type { EntryAnswer, KinesisApi } from './kinesis-api.js';

/** How a request ended: an answer for every entry, or one fault for all. */
export type RequestEnd =
  | { readonly answers: readonly EntryAnswer[]; readonly fault?: never }
  | { readonly fault: ServiceFault; readonly answers?: never };

/** A request that is over. */
export interface SentRequest {
  readonly parts: readonly RequestPart[];
  readonly sentMs: number;
  readonly endMs: number;
  readonly end: RequestEnd;
}

/** Sends requests through the edge, each with a time-out that cannot hang: after it the attempt is unanswered, whatever the client does. */
export class Sender {
  readonly #api: Pick<KinesisApi, 'putRecords'>;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #aborts = new Set<AbortController>();

  constructor(api: Pick<KinesisApi, 'putRecords'>, clock: Clock, timeoutMs: number) {
    this.#api = api;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects. */
  async send(parts: readonly RequestPart[]): Promise<SentRequest> {
    const entries = parts.flatMap((part) => part.entries);
    const sentMs = this.#clock.monotonic();
    const abort = new AbortController();
    this.#aborts.add(abort);
    try {
      const end = await this.#attempt(entries, abort.signal);
      return { parts, sentMs, endMs: this.#clock.monotonic(), end };
    } finally {
      this.#aborts.delete(abort);
    }
  }

  /** Gives up every request in flight; each ends without an answer. */
  abortAll(reason: Error): void {
    for (const abort of this.#aborts) abort.abort(reason);
  }

  async #attempt(entries: readonly Entry[], over: AbortSignal): Promise<RequestEnd> {
    const put = (signal: AbortSignal) => this.#api.putRecords(entries, signal);
    try {
      return { answers: await callWithin(this.#clock, this.#timeoutMs, put, over) };
    } catch (error) {
      return { fault: serviceFaultOf(error) };
    }
  }
}
