import { formatHashKey, type HashKey } from '@shardline/aggregation';
import type { ShardlineError } from '@shardline/core';
import { serviceLimits } from '@shardline/core/internal';
import { checkRecord } from './check-record.js';
import { ProducerClosedError } from './errors.js';
import type { Gate } from './gate.js';
import type { AcceptedRecord } from './open-aggregate.js';
import type { Sink } from './sink.js';
import type { BatchSink } from './sinks.js';
import { recordOverheadBytes, type UserRecord } from './user-record.js';

/** What an {@link Admission} needs from outside. */
export interface AdmissionParts {
  readonly stream: string;
  readonly gate: Gate;
  readonly maxOutstandingBytes: number;
  /** `whenFull: 'wait'`. */
  readonly mayWait: boolean;
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
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Lets one record in at once, or says that there is no room. Throws what is wrong with it. */
  tryEnter(record: UserRecord, sink: Sink | undefined, tag: number): boolean {
    const bytes = this.#check(record);
    if (bytes === undefined || !this.#parts.gate.tryEnter(bytes + recordOverheadBytes)) return false;
    this.#accept(record, bytes, sink, tag);
    return true;
  }

  /** Room that `record` needs, for `waitForRoom`. */
  roomFor(record: UserRecord): number {
    return (this.#check(record) ?? 0) + recordOverheadBytes;
  }

  /** Lets records in from `from` on, at once as far as there is room. Refusals go to the sink; never throws. */
  enterAll(records: readonly UserRecord[], sink: BatchSink, signal: AbortSignal | undefined): void {
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index] as UserRecord;
      try {
        if (!this.tryEnter(record, sink, index)) {
          this.#track(this.#enterRest(records, index, sink, signal));
          return;
        }
      } catch (error) {
        sink.refuse(index, error as ShardlineError);
      }
    }
  }

  /** Lets one record in when there is room. */
  async enter(record: UserRecord, sink: Sink, tag: number, signal?: AbortSignal): Promise<void> {
    const admitted = this.#enterLater(record, sink, tag, signal);
    this.#track(admitted);
    await admitted;
  }

  /** Resolves when every call so far has been let in or refused. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Refuses whatever is not yet in. */
  close(): void {
    this.#closed = true;
    this.#parts.gate.failWaiting(() => new ProducerClosedError(this.#parts.stream));
  }

  async #enterRest(records: readonly UserRecord[], from: number, sink: BatchSink, signal?: AbortSignal) {
    for (let index = from; index < records.length; index += 1) {
      try {
        await this.#enterLater(records[index] as UserRecord, sink, index, signal);
      } catch (error) {
        sink.refuse(index, error as ShardlineError);
      }
    }
  }

  async #enterLater(record: UserRecord, sink: Sink, tag: number, signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw new ProducerClosedError(this.#parts.stream);
    if (this.#check(record) === undefined) await this.#parts.described();
    if (this.tryEnter(record, sink, tag)) return;
    const { gate, mayWait } = this.#parts;
    if (!mayWait) throw gate.fullError();
    const bytes = this.#check(record) ?? 0;
    await gate.enter(bytes + recordOverheadBytes, signal);
    this.#check(record);
    this.#accept(record, bytes, sink, tag);
  }

  /** Size of a record; leaves its hash key in `#hash`. Undefined while only the stream's description can tell if it is too large. */
  #check(record: UserRecord): number | undefined {
    const known = this.#parts.maxRecordBytes();
    const streamLimit = known ?? serviceLimits.highestMaxRecordBytes;
    const limit = Math.min(streamLimit, this.#parts.maxOutstandingBytes - recordOverheadBytes);
    const bytes = checkRecord(record, limit, this.#hash);
    return known === undefined && bytes > serviceLimits.defaultMaxRecordBytes ? undefined : bytes;
  }

  #accept(record: UserRecord, bytes: number, sink: Sink | undefined, tag: number): void {
    const hash = this.#hash;
    const plain =
      record.explicitHashKey === undefined ? record : { ...record, explicitHashKey: formatHashKey(hash) };
    this.#parts.accept({ record: plain, bytes, sink, tag, putAtMs: this.#parts.nowMs() }, hash);
  }

  #track(admitted: Promise<void>): void {
    const over = () => this.#underWay.delete(tracked);
    const tracked: Promise<void> = admitted.then(over, over).then(() => undefined);
    this.#underWay.add(tracked);
  }
}
