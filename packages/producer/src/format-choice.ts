import type { ServiceFault } from '@shardline/core/internal';
import type { BodyFormat } from './request-body.js';

/** Names under which services say that they cannot read a request, whatever is in it. */
const unreadable: readonly string[] = [
  'SerializationException',
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
  'UnsupportedMediaTypeException',
  'Http415',
];
/** How an answer ends that is not the service's: only known by its status. */
const withoutName = /^Http(400|404|405|406|501)$/;
/** A good answer that could not be read: not the service's, or not in a format that can be read. The request may have been done. */
const unreadAnswer = /^Http2\d\d$/;
/** A server that trips over the body, or something on the way that is out of order: told apart by how often it comes. */
const strangersFault = /^Http5\d\d$/;
const strangersFaults = 3;

/**
 * Whether a request in CBOR may have failed for its format alone. Before any was answered well, also by an answer that names no
 * error: a proxy, or a server that trips over the body. It is a suspicion: what the same request comes to in JSON is the proof.
 */
export function mayBeFormat(fault: ServiceFault, proven: boolean): boolean {
  if (!fault.answered) return false;
  return unreadable.includes(fault.name) || (!proven && withoutName.test(fault.name));
}

/**
 * Which format requests are written in: CBOR until an endpoint refuses one that it takes as JSON.
 *
 * ```
 *   CBOR ──not the service's: 2xx, or 5xx three times in a row──▶ JSON on trial ──passes, the second time──▶ JSON, for good
 *    │ ▲──passes, the first time; not the service's either; or CBOR passes──┘                                 ▲
 *    └──refused, and the same request passes as JSON──────────────────────────────────────────────────────────┘
 * ```
 *
 * JSON on trial passes later than CBOR failed: what was in the way, such as a portal, may be gone by then. So CBOR is tried once
 * more, and only when it fares as badly again, and JSON well, it is given up.
 */
export class FormatChoice {
  #format: BodyFormat;
  #proven = false;
  /** What proven CBOR was refused has passed as JSON, and CBOR was not answered well since. */
  #refusedOnce = false;
  /** The answer for which JSON is on trial. */
  #suspicion: ServiceFault | undefined;
  /** JSON has passed a trial, and nothing spoke against it since. */
  #passedOnce = false;
  /** Answers of a server that may have tripped over CBOR, with no other between. */
  #strange = 0;
  #trial = 0;
  readonly #onFallback: (reason: string, message: string) => void;

  constructor(format: BodyFormat, onFallback: (reason: string, message: string) => void) {
    this.#format = format;
    this.#onFallback = onFallback;
  }

  get format(): BodyFormat {
    return this.#suspicion ? 'json' : this.#format;
  }

  /** Which trial a request is written in, of JSON or of CBOR: what comes of it counts for no later one. */
  get trial(): number {
    return this.#trial;
  }

  /** A request that was written in `trial` was answered well. */
  passed(format: BodyFormat, trial: number): void {
    if (format === 'cbor') {
      this.#proven = true;
      this.#refusedOnce = false;
      this.#begin(undefined);
    } else if (this.#suspicion && trial === this.#trial) {
      if (this.#passedOnce) this.fellBack(this.#suspicion);
      this.#passedOnce = true;
      this.#begin(undefined);
    }
  }

  /**
   * A request that was written in `trial` failed. After an answer that is not the service's the format is the one for the next
   * attempt: this one may be stored (P1).
   */
  failed(format: BodyFormat, fault: ServiceFault, trial: number): void {
    if (!fault.answered || this.#proven || trial !== this.#trial) return;
    const isUnread = unreadAnswer.test(fault.name);
    const isStrange = strangersFault.test(fault.name);
    if (format === 'cbor') {
      this.#strange = isStrange ? this.#strange + 1 : 0;
      if (isUnread || this.#strange === strangersFaults) this.#begin(fault);
    } else if (this.#suspicion && (isUnread || isStrange)) {
      this.#passedOnce = false;
      this.#begin(undefined);
    }
  }

  /** Begins a trial: of JSON, for what CBOR came to, or of CBOR. */
  #begin(suspicion: ServiceFault | undefined): void {
    this.#suspicion = suspicion;
    this.#strange = 0;
    this.#trial += 1;
  }

  /** Whether a request that failed like this is worth sending as JSON at once: nothing of it was stored. */
  isWorthJson(format: BodyFormat, fault: ServiceFault): boolean {
    return format === 'cbor' && mayBeFormat(fault, this.#proven);
  }

  /**
   * What had failed with `refusal` in CBOR has passed as JSON: all that follows is JSON. Told once. Where CBOR has been answered
   * well it takes a second time, with no good answer to CBOR between.
   */
  fellBack(refusal: ServiceFault): void {
    if (this.#format === 'json') return;
    if (this.#proven && !this.#refusedOnce) {
      this.#refusedOnce = true;
      return;
    }
    this.#format = 'json';
    this.#onFallback(refusal.name, refusal.message);
  }
}
