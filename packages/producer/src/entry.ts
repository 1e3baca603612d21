import { type AggregateEncoder, decodeWithoutDigest, writeAggregateDigests } from '@shardline/aggregation';
import type { AttemptError, AttemptTimes, EntryAttempt } from './answer-attempts.js';
import { type Attempt, noAttempts } from './attempt.js';
import type { EntryContent, NewEntry } from './entry-content.js';
import type { Members } from './members.js';
import { encoderOverheadBytes, type RecordMemory } from './record-memory.js';
import { recordAsPut, type UserRecord } from './user-record.js';

/** Counted for an entry besides its bytes and what its records are charged (measured: 600 bytes alone, 1,000 as an aggregate). */
export const entryOverheadBytes = 960;

/**
 * One record for the service, with everything known of it from sealing to settling: an aggregate, or one user record. Its bytes
 * are in one place at a time, and counted there instead of with the records' charges (P2):
 *
 * ```
 *   encoder ──moveTo──▶ body of a request ──keep──▶ memory of its own ──moveTo──▶ body …
 *      └───────────────asked for its data──────────────▲
 *   each ──end──▶ over: gone if stored, else in memory of its own, to be read back
 * ```
 *
 * Where there is no memory of its own for it, it stays where it is: that is left to it then.
 */
export class Entry implements EntryContent {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly aggregated: boolean;
  members: Members;
  readonly dataBytes: number;
  /** What it takes of a shard's byte limit: data plus partition key. */
  readonly bytes: number;
  attempts: readonly Attempt[] = noAttempts;
  /** Attempts between those that are kept. */
  attemptsLeftOut = 0;
  /** Whether an attempt without a clear answer may have stored it (P1). */
  mayBeStored = false;
  /** Most entries in a request with this one; halved while a refused request is narrowed down to the bad entry (P7). */
  maxCompanions = Number.POSITIVE_INFINITY;
  /** Its members go each by itself (P4): it is cut up when its turn has come, since entries of their own take some times its memory (P2). */
  goesAlone = false;
  readonly #memory: RecordMemory;
  #content: Uint8Array | AggregateEncoder;
  /** Counted for the encoder, or for memory of its own; a body is counted by its owner. */
  #countedBytes: number;
  #isInBlock: boolean;
  #isInBody = false;
  /** Where it lives in a body in base64. */
  #base64: Buffer | undefined;
  #needsDigest = false;
  #isOver = false;
  /** Its first so many records are in other entries. */
  #leftOut = 0;
  #lastEndMs: number;
  /** Counted for the history. */
  historyBytes = 0;

  /** `countedBytes` of its content are counted, and so are its records, but for their bytes. */
  constructor(made: NewEntry, members: Members, memory: RecordMemory, countedBytes: number) {
    const { content } = made;
    this.partitionKey = made.partitionKey;
    this.explicitHashKey = made.explicitHashKey;
    this.aggregated = made.aggregated;
    this.members = members;
    this.dataBytes = content instanceof Uint8Array ? content.length : content.sizeBytes;
    this.bytes = this.dataBytes + Buffer.byteLength(made.partitionKey);
    this.#memory = memory;
    this.#content = content;
    this.#countedBytes = countedBytes;
    this.#isInBlock = made.inBlock === true;
    this.#lastEndMs = members.oldestPutAtMs;
    memory.hold(entryOverheadBytes);
  }

  get data(): Uint8Array {
    this.#takeHome();
    if (this.#needsDigest) writeAggregateDigests([this.#content as Uint8Array]);
    this.#needsDigest = false;
    return this.#content as Uint8Array;
  }

  moveTo(body: Uint8Array, at: number): number {
    const end = at + this.dataBytes;
    // Still in the body before, for want of memory.
    if (this.#base64) this.#own(fromBase64(this.#base64));
    if (this.#content instanceof Uint8Array) {
      body.set(this.#content, at);
      this.#leave(this.#content);
    } else {
      this.#content.sealInto(body, at);
      this.#memory.giveBack(this.#content, this.#countedBytes);
      this.#countedBytes = 0;
      this.#needsDigest = true;
    }
    this.#content = body.subarray(at, end);
    this.#isInBody = true;
    return end;
  }

  moveAsBase64(body: Buffer, at: number): number {
    const { data } = this;
    // Text of one byte a character in native memory: written out faster than any loop here makes it.
    const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
    const end = at + body.write(base64, at, 'latin1');
    this.#leave(data);
    this.#content = nothing;
    this.#base64 = body.subarray(at, end);
    this.#isInBody = true;
    return end;
  }

  /** The aggregate in its body, if its digest is still to be written at its end: whoever asks does that, for many at a time. */
  get undigested(): Uint8Array | undefined {
    return this.#needsDigest ? (this.#content as Uint8Array) : undefined;
  }

  /** It was written. */
  digested(): void {
    this.#needsDigest = false;
  }

  /** Leaves its encoder, which holds more than the bytes of one aggregate, for memory of just its size. */
  compact(): void {
    if (this.#content instanceof Uint8Array) return;
    this.#own(this.#takeOut(this.#content));
    this.#needsDigest = true;
  }

  /**
   * The body that it may live in goes: its bytes are copied out, if they are still needed. False where there is no memory for
   * that: it lives on in the body, which must not be used again.
   */
  keep(): boolean {
    if (!this.#isInBody) return true;
    try {
      if (this.#base64) this.#own(fromBase64(this.#base64));
      else if (this.#isOver) this.#own(new Uint8Array(this.data));
      else this.#ownInBlock(this.data);
    } catch {
      // Its owner counts the body no longer.
      this.#count(this.dataBytes);
    }
    return !this.#isInBody;
  }

  /** It is settled, or cut up: nothing of it is counted any more. What has failed keeps its bytes, to be read back. */
  end(isReadBack: boolean): void {
    if (isReadBack) this.#keepToBeRead();
    else if (!(this.#content instanceof Uint8Array)) this.#giveUp(this.#content);
    this.#count(0);
    this.#isOver = true;
    this.#memory.hold(this.members.payloadBytes - entryOverheadBytes - this.historyBytes);
    if (isReadBack) return;
    this.#content = nothing;
    this.#base64 = undefined;
    this.#isInBody = false;
    this.#needsDigest = false;
  }

  /** What of a single record keeps its order (P3): partition key and explicit hash key. */
  get orderKey(): string {
    return this.explicitHashKey === undefined
      ? this.partitionKey
      : `${this.explicitHashKey} ${this.partitionKey}`;
  }

  /** The user records inside, in put order. */
  records(): readonly UserRecord[] {
    if (!this.aggregated) return [recordAsPut(this)];
    this.#takeHome();
    const decoded = decodeWithoutDigest(this.#content as Uint8Array);
    if (!decoded)
      throw new Error('An aggregate made here cannot be read back; this is a defect of the producer.');
    return decoded.slice(this.#leftOut).map(recordAsPut);
  }

  /**
   * Its first `count` records are in other entries now, and `members` are the rest. Its bytes are as before: it must be cut up
   * before it can be sent.
   */
  leaveOut(count: number, members: Members): void {
    this.#leftOut += count;
    this.#memory.hold(this.members.payloadBytes - members.payloadBytes);
    this.members = members;
  }

  /** Takes over the history of the entry that this one was cut out of. */
  inherit(from: Entry): this {
    this.attempts = from.attempts;
    this.attemptsLeftOut = from.attemptsLeftOut;
    this.mayBeStored = from.mayBeStored;
    this.maxCompanions = from.maxCompanions;
    if (from.attempts.length > 0) this.#lastEndMs = from.#lastEndMs;
    return this;
  }

  /**
   * Adds an attempt to the history, one that failed with `error` or stored it. It has in common with others of its answer what it can;
   * the rest is counted (P2).
   */
  attempted({ sentMs, endMs, attempts }: EntryAttempt, error?: AttemptError): void {
    const grown = attempts.add(this.attempts, this.#timesOf(sentMs, endMs), error);
    // What is left out goes at the average of the others.
    const leftOutBytes =
      this.#setHistory(grown.attempts) * Math.ceil(this.historyBytes / grown.attempts.length);
    const bytes = grown.ownBytes - leftOutBytes;
    this.#memory.hold(bytes);
    this.historyBytes += bytes;
  }

  #timesOf(sentMs: number, endMs: number): AttemptTimes {
    const delayMs = Math.max(0, sentMs - this.#lastEndMs);
    this.#lastEndMs = endMs;
    return { delayMs, durationMs: endMs - sentMs };
  }

  /** How many of it are left out for that. */
  #setHistory(attempts: readonly Attempt[]): number {
    const leftOut = attempts.length > this.attempts.length ? 0 : 1;
    this.attempts = attempts;
    this.attemptsLeftOut += leftOut;
    return leftOut;
  }

  /** Its bytes as they are sent, but for the digest, are its content. */
  #takeHome(): void {
    if (this.#base64) this.#own(fromBase64(this.#base64));
    this.compact();
  }

  /** Without memory for a copy it is read where it is, some day: in the body, or in its encoder, which others do without then. */
  #keepToBeRead(): void {
    if (this.#isInBody) {
      this.keep();
      return;
    }
    try {
      this.#content = this.data;
    } catch {
      if (!(this.#content instanceof Uint8Array)) this.#memory.hold(-encoderOverheadBytes);
    }
  }

  #giveUp(encoder: AggregateEncoder): void {
    encoder.reset();
    this.#memory.giveBack(encoder, this.#countedBytes);
    this.#countedBytes = 0;
  }

  /** The aggregate but for its digest, out of its encoder. */
  #takeOut(encoder: AggregateEncoder): Uint8Array {
    const data = encoder.sealWithoutDigest();
    if (this.#isOver) return data;
    this.#memory.giveBack(encoder, this.#countedBytes);
    this.#countedBytes = 0;
    return data;
  }

  #ownInBlock(data: Uint8Array): void {
    const block = this.#memory.takeBlock(data.length);
    block.set(data);
    this.#count(0);
    this.#content = block;
    this.#countedBytes = block.buffer.byteLength;
    this.#isInBody = false;
    this.#isInBlock = true;
  }

  /** Its bytes are elsewhere now: others may use the memory in which they were. */
  #leave(own: Uint8Array): void {
    if (this.#isInBlock) {
      this.#memory.giveBackBlock(own);
      this.#isInBlock = false;
      this.#countedBytes = 0;
    } else this.#count(0);
  }

  #own(data: Uint8Array): void {
    this.#isInBlock = false;
    this.#content = data;
    this.#base64 = undefined;
    this.#isInBody = false;
    this.#count(data.length);
  }

  #count(bytes: number): void {
    if (this.#isOver) return;
    this.#memory.hold(bytes - this.#countedBytes);
    this.#countedBytes = bytes;
  }
}

const nothing = Object.freeze(new Uint8Array(0)) as Uint8Array;

/** In memory of its own: short buffers of Node are slices of a pool. */
function fromBase64(base64: Buffer): Uint8Array {
  return new Uint8Array(Buffer.from(base64.toString('latin1'), 'base64'));
}
