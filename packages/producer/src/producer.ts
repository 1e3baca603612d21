import { InvalidOptionError } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import { AbortableWaits } from './abortable-waits.js';
import { Admission } from './admission.js';
import {
  type CloseOptions,
  closeOptions,
  type FlushOptions,
  flushOptions,
  type PutOptions,
  putOptions,
  type RecordStreamOptions,
  type RecordWritableOptions,
  type RoomOptions,
  recordStreamOptions,
  recordWritableOptions,
  refuseNoArray,
  resolveCallOptions,
  roomOptions,
} from './call-options.js';
import type { Edges } from './edges.js';
import { CloseTimeoutError, ProducerClosedError, PutWithdrawnError, ShutdownTimeoutError } from './errors.js';
import { LaneSink } from './lane-sink.js';
import { type ResolvedProducerOptions, resolveProducerOptions } from './options.js';
import type { Outcomes, PutResult } from './outcomes.js';
import { Pipeline } from './pipeline.js';
import type { ProducerOptions } from './producer-options.js';
import type { IntakeParts } from './record-intake.js';
import { RecordWritable } from './record-writable.js';
import { RecordWritableStream } from './record-writable-stream.js';
import { isLasting, startFailed } from './refusal.js';
import { sdkEdges } from './sdk-edges.js';
import type { RefusableSink } from './sink.js';
import { BatchSink, PutSink } from './sinks.js';
import { type ProducerStats, shardStats } from './stats.js';
import type { UserRecord } from './user-record.js';
import { Withdrawals } from './withdrawals.js';

const unheard = Object.freeze({ option: 'onOutcomes', received: undefined });

/** Longest wait for aborted requests to return. */
const giveUpWithinMs = 1_000;

/**
 * Puts user records into one Kinesis data stream: aggregated in the KPL's format, rate-limited per shard, in order per key,
 * bounded in memory. Every accepted record is settled exactly once, as stored or with a typed error.
 */
export class Producer {
  readonly #options: ResolvedProducerOptions;
  readonly #edges: Edges;
  readonly #pipeline: Pipeline;
  readonly #admission: Admission;
  readonly #withdrawals: Withdrawals;
  readonly #waits = new AbortableWaits();
  #closed: Promise<void> | undefined;

  /** Checks the options and throws `INVALID_OPTION`; makes no request. */
  constructor(options: ProducerOptions);
  /** @internal */
  constructor(options: ProducerOptions, edges: Edges);
  constructor(options: ProducerOptions, edges?: Edges) {
    this.#options = resolveProducerOptions(options);
    this.#edges = edges ?? sdkEdges(this.#options);
    this.#pipeline = new Pipeline(this.#options, this.#edges);
    const { gate, placement } = this.#pipeline;
    this.#admission = new Admission({
      stream: this.#options.stream,
      gate,
      maxOutstandingBytes: this.#options.maxOutstandingBytes,
      maxRecordBytes: () => (placement.isDescribed ? placement.maxRecordBytes : undefined),
      describe: () => placement.start(),
      nowMs: () => this.#edges.clock.monotonic(),
      accept: (accepted, hash) => this.#pipeline.accept(accepted, hash),
    });
    this.#withdrawals = new Withdrawals((sinks, reason) => {
      this.#pipeline.withdraw(sinks, (facts) => new PutWithdrawnError(facts, reason));
    });
  }

  /**
   * Describes the stream and lists its shards, so that the first put need not wait for it. Optional. Rejects with `STREAM_NOT_FOUND` and
   * the like; not for a passing fault, such as nothing that listens (see the event `shard-map-failed`), nor a missing right to list shards.
   */
  async start(): Promise<void> {
    this.#refuseWhenClosed();
    const fault = await this.#pipeline.placement.refresh();
    if (fault && isLasting(fault.kind) && fault.kind !== 'access-denied') {
      throw startFailed(fault, this.#options.stream);
    }
  }

  /**
   * Puts one record. Resolves when it is stored, rejects with a typed error when it is not accepted or has failed.
   * Awaiting each put in a loop stores one record per linger: put without awaiting, or use {@link Producer.putMany}. A `signal`
   * that fires while the record waits for room rejects it with `PUT_ABORTED`, before it is in an aggregate or sent with `PUT_WITHDRAWN`;
   * all else goes on and is waited for, and says `abortedTooLate`: a signal is no time-out, `recordTtlMs` is.
   */
  put(record: UserRecord, options?: PutOptions): Promise<PutResult> {
    try {
      this.#refuseWhenClosed();
      const { signal } = resolveCallOptions('put', putOptions, options);
      const sink = new PutSink();
      this.#enter([record], sink, signal);
      return sink.result;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Puts many records for the price of one promise. Resolves when each is settled, with an outcome for each in the order given; a
   * bad record never rejects it. A signal that fires is to each of them what it is to a put.
   */
  putMany(records: readonly UserRecord[], options?: PutOptions): Promise<Outcomes> {
    try {
      this.#refuseWhenClosed();
      const { signal } = resolveCallOptions('putMany', putOptions, options);
      refuseNoArray('Producer.putMany', records);
      const sink = new BatchSink(records.length, this.#pipeline.gate);
      this.#enter(records, sink, signal, () => sink.count());
      return sink.done;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Puts one record without a promise: `false` when there is no room for it now (see {@link Producer.waitForRoom}). What became of it
   * is told to `onOutcomes`, which is required. Throws what is wrong with the record.
   */
  tryPut(record: UserRecord): boolean {
    this.#refuseWhenClosed();
    if (!this.#options.onOutcomes) {
      const expected = 'a function: nothing else would say what became of the record';
      throw new InvalidOptionError({ ...unheard, owner: 'Producer.tryPut', expected });
    }
    return this.#admission.tryEnter(record, undefined, 0);
  }

  /**
   * Resolves when there is room for the record that {@link Producer.tryPut} refused last: in its turn among the puts that wait; room is
   * then kept for the `tryPut` that follows. When `signal` fires it gives its place up and rejects with the signal's reason.
   */
  async waitForRoom(options?: RoomOptions): Promise<void> {
    this.#refuseWhenClosed();
    const { signal } = resolveCallOptions('waitForRoom', roomOptions, options);
    const { gate, placement } = this.#pipeline;
    // Before anything is awaited: another caller's record may be refused meanwhile.
    const { refused } = this.#admission;
    if (!placement.isDescribed) await this.#waits.until(placement.described(), signal);
    await this.#waits.untilTold((told) => gate.room(refused, told), signal);
  }

  /**
   * A Node stream in object mode: `await pipeline(source, producer.writable())`. It takes a record as soon as there is room for it,
   * without a promise for each, and finishes when all that it took are settled. As of any stream, the first record that is refused or
   * not stored ends it with its typed error; with `onFailure` it goes on. One of `onFailure` and `onOutcomes` is required.
   */
  writable(options?: RecordWritableOptions): RecordWritable {
    const resolved = resolveCallOptions('writable', recordWritableOptions, options);
    return new RecordWritable(this.#intakeOf('writable', resolved), resolved);
  }

  /** The same as a web stream: `await source.pipeTo(producer.writableStream())`. */
  writableStream(options?: RecordStreamOptions): RecordWritableStream {
    const resolved = resolveCallOptions('writableStream', recordStreamOptions, options);
    return new RecordWritableStream(this.#intakeOf('writableStream', resolved), resolved);
  }

  /**
   * Sends what lingers and resolves when everything accepted before the call is settled; waits for nothing that comes later. When
   * `signal` fires it rejects with the signal's reason, and the records go on. Puts that still wait for room are not part of it:
   * await them first. A closed producer has nothing left to send: there it resolves once `close()` has settled what was accepted.
   */
  async flush(options?: FlushOptions): Promise<void> {
    const { signal } = resolveCallOptions('flush', flushOptions, options);
    signal?.throwIfAborted();
    const done = this.#pipeline.flush('flush');
    await this.#waits.until(done, signal);
  }

  /**
   * Refuses further puts, settles everything accepted or waiting, and lets go of connections and timers. What is not settled
   * within `deadlineMs` (0 or more, 30,000 by default), or when `signal` fires, fails with `SHUTDOWN_TIMEOUT`, puts that still
   * wait with `PRODUCER_CLOSED`, and the call rejects with `CLOSE_TIMEOUT`. A second call returns the first one's promise.
   */
  close(options: CloseOptions = {}): Promise<void> {
    try {
      const { deadlineMs, signal } = resolveCallOptions('close', closeOptions, options);
      this.#closed ??= this.#close(deadlineMs ?? 0, signal);
      return this.#closed;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@link Producer.close} with its default deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What the producer holds and has done. */
  stats(): ProducerStats {
    const { gate, reporter, lanes, inFlightRequests, placement } = this.#pipeline;
    return {
      ...reporter.tally.snapshot(),
      outstandingRecords: gate.outstandingRecords,
      outstandingBytes: gate.outstandingBytes,
      heldBytes: gate.heldBytes,
      waitingPuts: gate.waitingPuts,
      inFlightRequests,
      shardMap: placement.mapStats,
      shards: lanes.map(shardStats),
    };
  }

  async #close(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const early = signal?.aborted;
    const forget = this.#waits.join(early ? undefined : signal, () => over.abort());
    try {
      const expired = delay(this.#edges.clock, early ? 0 : deadlineMs, over.signal).then(() => 'expired');
      const end = await Promise.race([this.#settleAll().then(() => 'settled'), expired]);
      if (end === 'settled') return;
      const why = signal?.aborted ? 'was aborted by its signal' : `reached its deadline of ${deadlineMs} ms`;
      const { outstandingRecords: failedRecords, waitingPuts: refusedPuts } = this.#pipeline.gate;
      await this.#giveUp(why);
      const left = { failedRecords, refusedPuts };
      throw new CloseTimeoutError(this.#options.stream, left, why, signal?.reason);
    } finally {
      forget();
      over.abort();
      await this.#pipeline.close();
    }
  }

  async #settleAll(): Promise<void> {
    this.#pipeline.hurry('close');
    // A call that this one was made within, by an event or by reading a record, has lined up with its other records then.
    await Promise.resolve();
    await this.#admission.drained();
    await this.#pipeline.flush('close');
  }

  async #giveUp(why: string): Promise<void> {
    this.#admission.close();
    const reason = new Error(`close() ${why}.`);
    reason.name = 'ShutdownTimeout';
    const { mapFailure } = this.#pipeline.placement;
    this.#pipeline.giveUp((facts) => new ShutdownTimeoutError({ ...facts, mapFailure }, why), reason);
    await this.#pipeline.placement.close();
    // Everything has failed by now, or fails when its aborted request returns; no close may hang on a defect of that.
    const returned = new AbortController();
    const late = delay(this.#edges.clock, giveUpWithinMs, returned.signal);
    await Promise.race([this.#pipeline.flush('close'), late]);
    returned.abort();
  }

  #enter(
    records: readonly UserRecord[],
    sink: RefusableSink,
    signal?: AbortSignal,
    onOver?: () => void,
  ): void {
    if (!signal) {
      this.#admission.enterAll(records, sink, undefined, onOver);
      return;
    }
    const abortable = new LaneSink(sink, records.length);
    this.#admission.enterAll(records, abortable, signal, onOver);
    this.#withdrawals.watch(signal, abortable);
  }

  #intakeOf(method: string, { onFailure }: RecordStreamOptions): IntakeParts {
    this.#refuseWhenClosed();
    if (!onFailure && !this.#options.onOutcomes) {
      const expected =
        'a function, or the producer needs onOutcomes: nothing else would say what became of records';
      throw new InvalidOptionError({
        ...unheard,
        owner: `Producer.${method}`,
        option: 'onFailure',
        expected,
      });
    }
    return {
      tryEnter: (record, sink) => {
        this.#refuseWhenClosed();
        return this.#admission.tryEnter(record, sink, 0);
      },
      enterLater: (record, sink, onOver) => this.#admission.enterLater(record, sink, onOver),
      hurry: () => this.#pipeline.hurry('flush'),
    };
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) throw new ProducerClosedError(this.#options.stream);
  }
}
