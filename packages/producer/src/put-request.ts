import { serviceFaultOf } from '@shardline/core/internal';
import type { BodyLease, BodyPool } from './body-pool.js';
import { cborBody } from './cbor-body.js';
import type { EntryContent } from './entry-content.js';
import type { FormatChoice } from './format-choice.js';
import { jsonBody } from './json-body.js';
import type { EntryAnswer, PutRequest } from './kinesis-api.js';
import type { BodyFormat, BodyTarget, BodyWriter } from './request-body.js';

/** A body that is ready to be sent. */
export interface ReadyBody {
  readonly format: BodyFormat;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** What {@link preparePut} needs from outside. */
export interface PutRequestParts {
  readonly target: BodyTarget;
  readonly pool: BodyPool;
  readonly choice: FormatChoice;
  /** Sends a body and reads the answer. Rejects with what the SDK throws. */
  readonly post: (body: ReadyBody, signal: AbortSignal) => Promise<readonly EntryAnswer[]>;
}

const writers: Readonly<Record<BodyFormat, BodyWriter>> = Object.freeze({ cbor: cborBody, json: jsonBody });

/** Puts a request together in a pooled buffer. */
export function preparePut(parts: PutRequestParts, entries: readonly EntryContent[]): PutRequest {
  return new BodyRequest(parts, entries);
}

/** A body in its buffer. */
interface HeldBody extends ReadyBody {
  readonly lease: BodyLease;
  /** The trial of a format that it is part of. */
  readonly trial: number;
  /** A good answer came, for which the service has read the body to its end. */
  answered: boolean;
}

class BodyRequest implements PutRequest {
  readonly #parts: PutRequestParts;
  readonly #entries: readonly EntryContent[];
  readonly #first: HeldBody;
  #second: HeldBody | undefined;
  #released = false;

  constructor(parts: PutRequestParts, entries: readonly EntryContent[]) {
    this.#parts = parts;
    this.#entries = entries;
    this.#first = this.#write(parts.choice.format);
  }

  async send(signal: AbortSignal): Promise<readonly EntryAnswer[]> {
    const { choice } = this.#parts;
    const { format } = this.#first;
    try {
      return await this.#post(this.#first, signal);
    } catch (error) {
      const refusal = serviceFaultOf(error);
      if (this.#released || signal.aborted || !choice.isWorthJson(format, refusal)) throw error;
      this.#second = this.#writeAgain(error);
      const answers = await this.#post(this.#second, signal);
      choice.fellBack(refusal);
      return answers;
    }
  }

  release(isLivedIn = false): void {
    if (this.#released) return;
    this.#released = true;
    for (const body of [this.#first, this.#second]) {
      if (body?.answered && !isLivedIn) body.lease.recycle();
      else body?.lease.drop();
    }
  }

  async #post(body: HeldBody, signal: AbortSignal): Promise<readonly EntryAnswer[]> {
    const { post, choice } = this.#parts;
    try {
      const answers = await post(body, signal);
      body.answered = true;
      choice.passed(body.format, body.trial);
      return answers;
    } catch (error) {
      choice.failed(body.format, serviceFaultOf(error), body.trial);
      throw error;
    }
  }

  /** Where there is no memory for JSON, the refusal stands. */
  #writeAgain(refusal: unknown): HeldBody {
    try {
      return this.#write('json');
    } catch {
      throw refusal;
    }
  }

  #write(format: BodyFormat): HeldBody {
    const { target, pool, choice } = this.#parts;
    const writer = writers[format];
    const lease = pool.lease(writer.bytesOf(target, this.#entries));
    try {
      const end = writer.write(target, this.#entries, lease.buffer);
      const bytes = lease.buffer.subarray(0, end);
      return { format, contentType: writer.contentType, bytes, lease, trial: choice.trial, answered: false };
    } catch (error) {
      // Entries may have moved in already: theirs until they are kept, and never another request's.
      lease.drop();
      throw error;
    }
  }
}
