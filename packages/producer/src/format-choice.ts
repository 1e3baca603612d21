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
 *   CBOR ──good answer, unreadable──▶ JSON on trial ──passes──▶ JSON, for good
 *    │ ▲──────unreadable too, or CBOR passes─┘                    ▲
 *    └──refused, and the same request passes as JSON──────────────┘
 * ```
 */
export class FormatChoice {
  #format: BodyFormat;
  #proven = false;
  /** What proven CBOR was refused has passed as JSON, and CBOR was not answered well since. */
  #refusedOnce = false;
  /** The unreadable answer for which JSON is on trial. */
  #suspicion: ServiceFault | undefined;
  readonly #onFallback: (reason: string, message: string) => void;

  constructor(format: BodyFormat, onFallback: (reason: string, message: string) => void) {
    this.#format = format;
    this.#onFallback = onFallback;
  }

  get format(): BodyFormat {
    return this.#suspicion ? 'json' : this.#format;
  }

  /** A request was answered well. */
  passed(format: BodyFormat): void {
    if (format === 'cbor') {
      this.#proven = true;
      this.#refusedOnce = false;
    } else if (this.#suspicion) this.fellBack(this.#suspicion);
    this.#suspicion = undefined;
  }

  /** A request failed. After a good answer that cannot be read the format is the one for the next attempt: this one may be stored (P1). */
  failed(format: BodyFormat, fault: ServiceFault): void {
    if (!fault.answered || !unreadAnswer.test(fault.name)) return;
    this.#suspicion = format === 'cbor' && !this.#proven ? fault : undefined;
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
