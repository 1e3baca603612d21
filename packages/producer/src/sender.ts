import { writeAggregateDigests } from '@shardline/aggregation';
import type { Clock } from '@shardline/core';
import { callWithin, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import type { RequestPart } from './collector.js';
import type { Entry } from './entry.js';
import type { EntryAnswer, KinesisApi, PutRequest } from './kinesis-api.js';

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

/** A request that is over and still holds its body. */
export interface HeldRequest extends SentRequest {
  /** Takes the entries that are still needed out of the body, and gives it back. */
  release(): void;
}

/** Sends requests through the edge, each with a time-out that cannot hang: after it the attempt is unanswered, whatever the client does. */
export class Sender {
  readonly #api: Pick<KinesisApi, 'prepare'>;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #aborts = new Set<AbortController>();

  constructor(api: Pick<KinesisApi, 'prepare'>, clock: Clock, timeoutMs: number) {
    this.#api = api;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Never rejects. */
  async send(parts: readonly RequestPart[]): Promise<HeldRequest> {
    const entries = parts.flatMap((part) => part.entries);
    const sentMs = this.#clock.monotonic();
    const abort = new AbortController();
    this.#aborts.add(abort);
    let held: PutRequest | undefined;
    let isWritten = false;
    const put = () => {
      const request = this.#api.prepare(entries);
      held = request;
      writeDigests(entries);
      isWritten = true;
      return callWithin(this.#clock, this.#timeoutMs, (signal) => request.send(signal), abort.signal);
    };
    const end = await attempt(put, () => isWritten);
    this.#aborts.delete(abort);
    const release = () => {
      const stuck = entries.filter((entry) => !entry.keep());
      held?.release(stuck.length > 0);
    };
    return { parts, sentMs, endMs: this.#clock.monotonic(), end, release };
  }

  /** Gives up every request in flight; each ends without an answer. */
  abortAll(reason: Error): void {
    const { name, message } = reason;
    // One for each: whether anything of a request was sent is noted on it.
    for (const abort of this.#aborts) abort.abort(Object.assign(new Error(message), { name }));
  }
}

/** Of aggregates that went straight from their encoders into the body. */
function writeDigests(entries: readonly Entry[]): void {
  const undigested = entries.flatMap((entry) => entry.undigested ?? []);
  if (undigested.length === 0) return;
  writeAggregateDigests(undigested);
  // Not before: there may be no memory for it.
  for (const entry of entries) entry.digested();
}

async function attempt(
  put: () => Promise<readonly EntryAnswer[]>,
  isWritten: () => boolean,
): Promise<RequestEnd> {
  try {
    return { answers: await put() };
  } catch (error) {
    const fault = serviceFaultOf(error);
    // A request that could not be put together found no memory, which passes: no record is to fail for that (P7).
    return { fault: isWritten() ? fault : { ...fault, kind: 'transient', sent: false } };
  }
}
