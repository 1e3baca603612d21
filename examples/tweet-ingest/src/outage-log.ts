import type { Outcomes, ProducerEvent } from '@shardline/producer';
import { inSeconds } from './format.js';

type Retry = Extract<ProducerEvent, { type: 'retry' }>;

/** How long trouble that lasts goes unmentioned after it was said. */
const againAfterMs = 10_000;

/** What is over sooner was a blip: its end is not worth a line. */
const worthAnEndMs = 1_000;

interface Trouble {
  /** When it began; undefined while it is over. */
  sinceMs: number | undefined;
  saidMs: number;
}

/**
 * Says that tweets cannot be stored, and why: the first of each reason and error code at once, again after a while, and when
 * something is stored anew.
 *
 *   well ── retry: said, unless within ten seconds of the last time ──▶ trouble ── stored: said, unless it was a blip ──▶ well
 */
export class OutageLog {
  readonly #say: (text: string) => void;
  readonly #nowMs: () => number;
  readonly #troubles = new Map<string, Trouble>();
  #inTrouble = false;

  constructor(say: (text: string) => void, nowMs: () => number) {
    this.#say = say;
    this.#nowMs = nowMs;
  }

  /** Tweets are put again. */
  retried({ reason, errorCode }: Retry): void {
    const what = inWords(reason);
    if (what === undefined) return;
    const kind = `${what} (${errorCode})`;
    const nowMs = this.#nowMs();
    const trouble = this.#troubles.get(kind) ?? { sinceMs: undefined, saidMs: Number.NEGATIVE_INFINITY };
    this.#troubles.set(kind, trouble);
    trouble.sinceMs ??= nowMs;
    this.#inTrouble = true;
    if (nowMs - trouble.saidMs < againAfterMs) return;
    trouble.saidMs = nowMs;
    const lastedMs = nowMs - trouble.sinceMs;
    this.#say(`${kind}${lastedMs > 0 ? `, for ${inSeconds(lastedMs)} now` : ''}: tweets are put again`);
  }

  /** The outcomes of one Kinesis record are there: all are stored, or none. */
  settled(outcomes: Outcomes): void {
    if (!this.#inTrouble || !outcomes.at(0).stored) return;
    this.#inTrouble = false;
    const sinceMs = Math.min(...[...this.#troubles.values()].map((trouble) => trouble.sinceMs ?? Infinity));
    for (const trouble of this.#troubles.values()) trouble.sinceMs = undefined;
    const lastedMs = this.#nowMs() - sinceMs;
    if (lastedMs >= worthAnEndMs) this.#say(`tweets are stored again, after ${inSeconds(lastedMs)}`);
  }
}

/** Undefined for daily business: throttling is in the summary, and a reshard is said by itself. */
function inWords(reason: Retry['reason']): string | undefined {
  switch (reason) {
    case 'no-answer':
      return 'no answer from Kinesis';
    case 'transient':
      return 'Kinesis has a passing fault';
    case 'malformed-answer':
      return 'the answer is not one of Kinesis';
    case 'isolate':
      return 'a request was refused as a whole';
    case 'no-memory':
      return 'there is no memory to go on with';
    case 'throttled':
    case 'wrong-shard':
      return undefined;
  }
}
