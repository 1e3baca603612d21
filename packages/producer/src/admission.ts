import type { HashKey } from '@shardline/aggregation';
import type { ShardlineError } from '@shardline/core';
import { serviceLimits } from '@shardline/core/internal';
import { ownSignalBytes } from './abortable-sink.js';
import { type CheckedRecord, checkRecord } from './check-record.js';
import { entryOverheadBytes } from './entry.js';
import { ProducerClosedError, PutAbortedError } from './errors.js';
import type { Gate } from './gate.js';
import type { RefusedRecord } from './kept-room.js';
import { chargeOf } from './members.js';
import type { AcceptedRecord } from './open-aggregate.js';
import { SharedAbort } from './shared-abort.js';
import type { RefusableSink, Sink } from './sink.js';
import { promiseBytes } from './sinks.js';
import { bytesOfRecord, recordOverheadBytes, type UserRecord } from './user-record.js';
import { WaitingCall } from './waiting-call.js';

/** What an {@link Admission} needs from outside. */
export interface AdmissionParts {
  readonly stream: string;
  readonly gate: Gate;
  readonly maxOutstandingBytes: number;
  /** Largest record of the stream; undefined until it is described. */
  readonly maxRecordBytes: () => number | undefined;
  /** Begins to have the stream described: the gate is looked at again once it is, or cannot be. */
  readonly describe: () => void;
  /** Puts are stamped with it. */
  readonly nowMs: () => number;
  /** Takes a record that has entered the gate. */
  readonly accept: (accepted: AcceptedRecord, hash: HashKey) => void;
}

/** How the records of a call wait for room. */
interface WaitRules {
  readonly signal?: AbortSignal | undefined;
  /** However many wait already. */
  readonly mayAlways?: boolean;
  /** Told once, when none of them waits any more. */
  readonly onOver?: () => void;
}

/** Lets records in, whichever way they are put: checks each, makes room, and hands it on (P2). */
export class Admission {
  readonly #parts: AdmissionParts;
  /** Withdraws the calls that wait with a signal. */
  readonly #aborts = new SharedAbort<WaitingCall>((calls, reason) => {
    for (const call of calls) call.withdraw(reason);
  });
  readonly #onDrained: (() => void)[] = [];
  /** The record that was measured last. */
  readonly #read: CheckedRecord = {
    partitionKey: '',
    explicitHashKey: undefined,
    data: '',
    hash: new Uint32Array(4),
  };
  /** Serves every record in turn: one that lives no longer than its way into a lane need not be made anew each time. */
  readonly #accepted: Mutable<AcceptedRecord> = {
    record: this.#read,
    bytes: 0,
    sink: undefined,
    tag: 0,
    putAtMs: 0,
  };
  #refused: RefusedRecord = { bytes: 0, orderKey: '' };
  #waiting = 0;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** What was refused last, of what nobody else lines up for: for `waitForRoom`. Whether the stream takes it may not be known yet. */
  get refused(): RefusedRecord {
    return this.#refused;
  }

  /** Lets one record in at once, or says that there is no room. Throws what is wrong with it. */
  tryEnter(record: UserRecord, sink: Sink | undefined, tag: number): boolean {
    return this.#tryEnter(record, sink, tag, this.#parts.maxRecordBytes(), this.#parts.nowMs());
  }

  /**
   * Lets records in, in order, waiting for room where it must. Refusals go to the sink; never throws. `onOver` is told once, when
   * none of them waits any more.
   */
  enterAll(
    records: readonly UserRecord[],
    sink: RefusableSink,
    signal: AbortSignal | undefined,
    onOver: () => void = nothing,
  ): void {
    const { length } = records;
    const aborted = signal?.aborted ? new PutAbortedError(signal.reason) : undefined;
    const nowMs = this.#parts.nowMs();
    const maxRecordBytes = this.#parts.maxRecordBytes();
    for (let index = 0; index < length; index += 1) {
      try {
        if (aborted) throw aborted;
        if (this.#tryEnter(records[index] as UserRecord, sink, index, maxRecordBytes, nowMs)) continue;
      } catch (error) {
        sink.refuse(index, error as ShardlineError);
        continue;
      }
      // Reading them may have changed the caller's array.
      const all = records.length === length ? records : Array.from({ length }, (_, at) => records[at]);
      this.#waitWith(all as readonly UserRecord[], index, sink, { signal, onOver });
      return;
    }
    onOver();
  }

  /**
   * Lines a record up that {@link Admission.tryEnter} found no room for, however many wait already: the caller holds back all else
   * until `onOver` says that it is in or was refused. The returned function withdraws it if it still waits.
   */
  enterLater(record: UserRecord, sink: RefusableSink, onOver: () => void): (reason: unknown) => void {
    return this.#waitWith([record], 0, sink, { mayAlways: true, onOver });
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

  #waitWith(
    records: readonly UserRecord[],
    from: number,
    sink: RefusableSink,
    { signal, mayAlways = false, onOver }: WaitRules,
  ): (reason: unknown) => void {
    const { gate, maxRecordBytes, describe } = this.#parts;
    const call = new WaitingCall(records, from, sink, {
      charge: (record) => {
        // Room that comes of withdrawing one is not for the others of its signal.
        if (signal?.aborted) throw new PutAbortedError(signal.reason);
        return chargeOf(this.#measure(record, maxRecordBytes()), sink);
      },
      accept: (charged, index) => this.#accept(charged - chargeOf(0, sink), sink, index, this.#parts.nowMs()),
      onOver: () => {
        this.#waiting -= 1;
        if (this.#waiting === 0) for (const resolve of this.#onDrained.splice(0)) resolve();
        onOver?.();
      },
    });
    this.#waiting += 1;
    if (maxRecordBytes() === undefined) describe();
    call.lineUp({ gate, aborts: this.#aborts, signal, mayAlways });
    return (reason) => call.withdraw(reason);
  }

  /**
   * Bytes of a record, infinite while only the stream's description can tell whether it is too large; leaves what was read of
   * it in `#read`.
   */
  #measure(record: UserRecord, known: number | undefined): number {
    const streamLimit = known ?? serviceLimits.highestMaxRecordBytes;
    const bytes = checkRecord(record, streamLimit, this.#read, this.#parts.maxOutstandingBytes - aloneBytes);
    const undecided = known === undefined && bytes > serviceLimits.defaultMaxRecordBytes;
    return undecided ? Number.POSITIVE_INFINITY : bytes;
  }

  #tryEnter(
    record: UserRecord,
    sink: Sink | undefined,
    tag: number,
    maxRecordBytes: number | undefined,
    putAtMs: number,
  ): boolean {
    const bytes = this.#measure(record, maxRecordBytes);
    const isUndecided = bytes === Number.POSITIVE_INFINITY;
    const { gate, describe } = this.#parts;
    const { partitionKey, explicitHashKey = partitionKey } = this.#read;
    // Only what has no sink is put by those who wait for room.
    if (!isUndecided && gate.tryEnter(chargeOf(bytes, sink), explicitHashKey, sink === undefined)) {
      this.#accept(bytes, sink, tag, putAtMs);
      return true;
    }
    if (!sink || !gate.mayWait) {
      const readBytes = isUndecided ? bytesOfRecord(partitionKey, this.#read.data) : bytes;
      this.#refused = { bytes: chargeOf(readBytes, sink), orderKey: explicitHashKey };
    }
    if (isUndecided) describe();
    return false;
  }

  /** Takes the record that was measured a moment ago: the one in `#read`. */
  #accept(bytes: number, sink: Sink | undefined, tag: number, putAtMs: number): void {
    try {
      const accepted = this.#accepted;
      accepted.bytes = bytes;
      accepted.sink = sink;
      accepted.tag = tag;
      accepted.putAtMs = putAtMs;
      this.#parts.accept(accepted, this.#read.hash);
    } catch (error) {
      const { gate } = this.#parts;
      gate.leave(1, chargeOf(bytes, sink));
      throw error instanceof RangeError ? gate.fullError(error) : error;
    } finally {
      this.#read.data = '';
      this.#accepted.sink = undefined;
    }
  }
}

function nothing(): void {}

type Mutable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] };

/** What a record takes besides its bytes: if it goes alone, or at the gate, where a promise and a signal of its own are charged. */
const aloneBytes = recordOverheadBytes + Math.max(entryOverheadBytes, promiseBytes + ownSignalBytes);
