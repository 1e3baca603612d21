import { formatHashKey, type HashKey } from '@shardline/aggregation';
import type { ShardlineError } from '@shardline/core';
import { serviceLimits } from '@shardline/core/internal';
import { checkRecord } from './check-record.js';
import { ProducerClosedError, PutAbortedError } from './errors.js';
import type { Gate, Waiter } from './gate.js';
import type { AcceptedRecord } from './open-aggregate.js';
import type { RefusableSink, Sink } from './sink.js';
import { recordBytes, recordOverheadBytes, type UserRecord } from './user-record.js';

/** What an {@link Admission} needs from outside. */
export interface AdmissionParts {
  readonly stream: string;
  readonly gate: Gate;
  readonly maxOutstandingBytes: number;
  /** Largest record of the stream; undefined until it is described. */
  readonly maxRecordBytes: () => number | undefined;
  /** Resolves once the stream is described, or cannot be. */
  readonly described: () => Promise<unknown>;
  /** Puts are stamped with it. */
  readonly nowMs: () => number;
  /** Takes a record that has entered the gate. */
  readonly accept: (accepted: AcceptedRecord, hash: HashKey) => void;
}

/** Lets records in, whichever way they are put: checks each, makes room, and hands it on (P2). */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #hash = new Uint32Array(4);
  readonly #onDrained: (() => void)[] = [];
  #waiting = 0;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Lets one record in at once, or says that there is no room. Throws what is wrong with it. */
  tryEnter(record: UserRecord, sink: Sink | undefined, tag: number): boolean {
    const bytes = this.#check(record);
    if (!this.#parts.gate.tryEnter(bytes + recordOverheadBytes)) return false;
    this.#accept(record, bytes, sink, tag);
    return true;
  }

  /** Room that a record which was checked needs, for `waitForRoom`; whether the stream takes it may not be known yet. */
  roomFor(record: UserRecord): number {
    return recordBytes(record) + recordOverheadBytes;
  }

  /** Lets records in, in order, waiting for room where it must. Refusals go to the sink; never throws. */
  enterAll(records: readonly UserRecord[], sink: RefusableSink, signal: AbortSignal | undefined): void {
    if (signal?.aborted) {
      const error = new PutAbortedError(signal.reason);
      for (let index = 0; index < records.length; index += 1) sink.refuse(index, error);
      return;
    }
    for (let index = 0; index < records.length; index += 1) {
      try {
        if (this.tryEnter(records[index] as UserRecord, sink, index)) continue;
      } catch (error) {
        sink.refuse(index, error as ShardlineError);
        continue;
      }
      this.#waitWith(records, index, sink, signal);
      return;
    }
  }

  /** Resolves when every call so far has been let in or refused. */
  drained(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Refuses whatever is not yet in. */
  close(): void {
    this.#parts.gate.failWaiting(() => new ProducerClosedError(this.#parts.stream));
  }

  #waitWith(records: readonly UserRecord[], from: number, sink: RefusableSink, signal?: AbortSignal): void {
    const rest = new Rest(records, from, sink, (record) => this.#check(record));
    const waiter: Waiter = {
      nextBytes: () => {
        const bytes = rest.nextBytes();
        if (bytes === undefined) over();
        return bytes;
      },
      admit: () => {
        const { record, index } = rest.take();
        this.#accept(record, this.#check(record), sink, index);
      },
      fail: (error) => {
        over();
        rest.refuseAll(error as ShardlineError);
      },
    };
    const onAbort = () => {
      leave();
      waiter.fail(new PutAbortedError(signal?.reason));
    };
    const over = () => {
      signal?.removeEventListener('abort', onAbort);
      this.#waiting -= 1;
      if (this.#waiting === 0) for (const resolve of this.#onDrained.splice(0)) resolve();
    };
    this.#waiting += 1;
    let leave = () => {};
    try {
      if (signal?.aborted) throw new PutAbortedError(signal.reason);
      leave = this.#parts.gate.wait(waiter, rest.length, rest.bytes);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (this.#parts.maxRecordBytes() === undefined) {
        void this.#parts.described().then(() => this.#parts.gate.admitWaiting());
      }
    } catch (error) {
      waiter.fail(error as Error);
    }
  }

  /** Size of a record, infinite while only the stream's description can tell if it is too large; leaves its hash key in `#hash`. */
  #check(record: UserRecord): number {
    const known = this.#parts.maxRecordBytes();
    const streamLimit = known ?? serviceLimits.highestMaxRecordBytes;
    const limit = Math.min(streamLimit, this.#parts.maxOutstandingBytes - recordOverheadBytes);
    const bytes = checkRecord(record, limit, this.#hash);
    const undecided = known === undefined && bytes > serviceLimits.defaultMaxRecordBytes;
    return undecided ? Number.POSITIVE_INFINITY : bytes;
  }

  #accept(record: UserRecord, bytes: number, sink: Sink | undefined, tag: number): void {
    const hash = this.#hash;
    const plain =
      record.explicitHashKey === undefined ? record : { ...record, explicitHashKey: formatHashKey(hash) };
    this.#parts.accept({ record: plain, bytes, sink, tag, putAtMs: this.#parts.nowMs() }, hash);
  }
}

/** The records of a call that are not yet in. */
class Rest {
  readonly #records: readonly UserRecord[];
  readonly #sink: RefusableSink;
  readonly #check: (record: UserRecord) => number;
  #index: number;

  constructor(
    records: readonly UserRecord[],
    from: number,
    sink: RefusableSink,
    check: (record: UserRecord) => number,
  ) {
    this.#records = records;
    this.#index = from;
    this.#sink = sink;
    this.#check = check;
  }

  get length(): number {
    return this.#records.length - this.#index;
  }

  /** What they will be charged, as far as can be told without checking each. */
  get bytes(): number {
    let bytes = 0;
    for (let index = this.#index; index < this.#records.length; index += 1) {
      bytes += recordOverheadBytes + (this.#records[index]?.data?.length ?? 0);
    }
    return bytes;
  }

  /** What the next good record will be charged; refuses bad ones on the way. */
  nextBytes(): number | undefined {
    for (; this.#index < this.#records.length; this.#index += 1) {
      try {
        return this.#check(this.#records[this.#index] as UserRecord) + recordOverheadBytes;
      } catch (error) {
        this.#sink.refuse(this.#index, error as ShardlineError);
      }
    }
    return undefined;
  }

  take(): { readonly record: UserRecord; readonly index: number } {
    const index = this.#index;
    this.#index += 1;
    return { record: this.#records[index] as UserRecord, index };
  }

  refuseAll(error: ShardlineError): void {
    for (; this.#index < this.#records.length; this.#index += 1) this.#sink.refuse(this.#index, error);
  }
}
