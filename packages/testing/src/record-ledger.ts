import { callable, integerBetween, type OptionTable, oneOf, resolveOptions } from '@shardline/core/internal';
import type { DeliveryVerdict } from './delivery-verdict.js';
import { type DeliveryJudgeOptions, judgeDeliveries } from './judge-deliveries.js';
import { judgeStream, type LedgerSource, type StreamJudgeOptions } from './judge-stream.js';
import {
  type AcceptedRecord,
  acceptedLine,
  type DeliveredRecord,
  deliveredLine,
  type FailedRecord,
  failedLine,
  type LedgerEvent,
} from './ledger-event.js';
import { LedgerFile, readLedgerFile } from './ledger-file.js';
import type { Verdict } from './verdict.js';

/** Options of {@link RecordLedger}. */
export interface RecordLedgerOptions {
  /**
   * File to append to, created if need be. One file for each producer and for each worker: order is judged within a ledger.
   * @defaultValue none: the ledger is kept in memory
   */
  readonly path?: string;
}

/** Options of {@link RecordLedger.judge}. */
export interface JudgeOptions extends StreamJudgeOptions {
  /** All ledgers of the run, or the paths of their files: one for each producer. */
  readonly ledgers: readonly (RecordLedger | string)[];
}

/** Options of {@link RecordLedger.judgeDeliveries}. */
export interface DeliveriesOptions extends DeliveryJudgeOptions {
  /** The ledgers of the producers, or the paths of their files. */
  readonly accepted: readonly (RecordLedger | string)[];
  /** The ledgers of the workers, or the paths of their files: one for each process. */
  readonly delivered: readonly (RecordLedger | string)[];
}

/** Every option of {@link RecordLedger}. */
export const recordLedgerOptions: OptionTable<keyof RecordLedgerOptions> = {
  path: {
    summary: 'File to append to, created if need be.',
    reason: 'When absent, the ledger is kept in memory.',
    expected: 'the path of a file',
    accepts: (value) => typeof value === 'string' && value !== '',
  },
};

const ledgers = Object.freeze({
  expected: 'an array of RecordLedgers or of paths of their files',
  accepts: (value: unknown) => Array.isArray(value) && value.every(isLedger),
});

const listed = Object.freeze({
  summary: 'How many records of each kind of trouble the verdict names.',
  defaultValue: 10,
  ...integerBetween(0, Number.MAX_SAFE_INTEGER),
});

/** Every option of {@link RecordLedger.judge}. */
export const judgeOptions: OptionTable<keyof JudgeOptions> = {
  ledgers: {
    summary: 'All ledgers of the run, one for each producer.',
    required: true,
    ...ledgers,
  },
  stored: {
    summary: 'What the stream holds, parents before children.',
    required: true,
    expected: 'what readStream returns, or an array of pages',
    accepts: isIterable,
  },
  identify: { summary: 'Recognises a user record of the stream.', required: true, ...callable() },
  repeatsAllowed: {
    summary: 'Whether a record may be in the stream more than once.',
    defaultValue: true,
    reason: 'An unanswered attempt may leave a repeat.',
    expected: 'true or false',
    accepts: (value) => typeof value === 'boolean',
  },
  ordering: {
    summary: 'Whether first copies must stand in the order of acceptance for each key.',
    defaultValue: 'key',
    ...oneOf('key', 'none'),
  },
  listed,
};

/** Every option of {@link RecordLedger.judgeDeliveries}. */
export const deliveriesOptions: OptionTable<keyof DeliveriesOptions> = {
  accepted: { summary: 'All ledgers of producers, one for each.', required: true, ...ledgers },
  delivered: { summary: 'All ledgers of workers, one for each process.', required: true, ...ledgers },
  redeliveryAllowed: {
    summary: 'Whether a record may be delivered again from the same place.',
    defaultValue: true,
    reason: 'What no checkpoint told of is delivered again after a crash.',
    expected: 'true or false',
    accepts: (value) => typeof value === 'boolean',
  },
  ordering: {
    summary: 'What runs in order for each worker: the records of a key, or all of a shard.',
    defaultValue: 'key',
    ...oneOf('key', 'shard', 'none'),
  },
  listed,
};

/**
 * What producers accepted and gave up, and what consumers' handlers have processed, written down as it happens, to be held
 * against what the stream says, and against each other. The oracle of tests and of the demo.
 *
 * With a `path`, every call has handed its lines (NDJSON) to the operating system when it returns: they are there after a
 * SIGKILL. {@link RecordLedger.judge} compares ledgers with a stream, {@link RecordLedger.judgeDeliveries} those of producers
 * with those of workers.
 */
export class RecordLedger {
  readonly #path: string | undefined;
  readonly #file: LedgerFile | undefined;
  readonly #events: LedgerEvent[] = [];

  constructor(options: RecordLedgerOptions = {}) {
    resolveOptions('RecordLedger', recordLedgerOptions, options);
    this.#path = options.path;
    this.#file = options.path === undefined ? undefined : new LedgerFile(options.path);
  }

  /** Notes a record that the producer has accepted, in the order of its puts. */
  accepted(record: AcceptedRecord): void {
    if (this.#file) this.#file.append(acceptedLine(record));
    else this.#events.push({ event: 'accepted', ...record });
  }

  /** {@link RecordLedger.accepted} for many records with a single write. */
  acceptedMany(records: Iterable<AcceptedRecord>): void {
    this.#addMany(records, acceptedLine, (record) => ({ event: 'accepted', ...record }));
  }

  /** Notes that the producer reported an accepted record as failed. */
  failed(record: FailedRecord): void {
    if (this.#file) this.#file.append(failedLine(record));
    else this.#events.push({ event: 'failed', ...record });
  }

  /** Notes a record that a consumer's handler has processed, as its last act: what is noted was processed. */
  delivered(record: DeliveredRecord): void {
    if (this.#file) this.#file.append(deliveredLine(record));
    else this.#events.push({ event: 'delivered', ...record });
  }

  /** {@link RecordLedger.delivered} for many records, such as a batch, with a single write. */
  deliveredMany(records: Iterable<DeliveredRecord>): void {
    this.#addMany(records, deliveredLine, (record) => ({ event: 'delivered', ...record }));
  }

  /** Closes the file. A ledger in memory stays as it is. */
  close(): void {
    this.#file?.close();
  }

  /**
   * Reads `stored` to its end, then the ledgers, and says what became of the accepted records. The ledgers must be complete
   * by the time the stream has been read. Rejects with an InvalidOptionError, or with a `LedgerError` when a ledger or the
   * stream cannot be read.
   */
  static async judge(options: JudgeOptions): Promise<Verdict> {
    resolveOptions('RecordLedger.judge', judgeOptions, options);
    const { ledgers, ...rest } = options;
    return judgeStream(RecordLedger.#sources(ledgers), rest);
  }

  /**
   * Says what became of the accepted records on their way through the consumers. Ledgers are read as far as they are written.
   *
   * It proves that every accepted record was processed, from which place and how often, and that each worker went through the
   * records of a key in stream order: on to the next, or again from an earlier one, past nothing that nobody else has processed.
   * It proves nothing about time: neither that one worker processed a record before another did, nor that two did not at once; and a
   * worker may pass over what another has processed at any time. Nor does it prove anything of what the ledgers were not told.
   *
   * Rejects with an InvalidOptionError, or with a `LedgerError` when a ledger cannot be read.
   */
  static async judgeDeliveries(options: DeliveriesOptions): Promise<DeliveryVerdict> {
    resolveOptions('RecordLedger.judgeDeliveries', deliveriesOptions, options);
    const { accepted, delivered, ...rest } = options;
    return judgeDeliveries(RecordLedger.#sources(accepted), RecordLedger.#sources(delivered), rest);
  }

  static #sources(ledgers: readonly (RecordLedger | string)[]): LedgerSource[] {
    return ledgers.map((ledger) => (typeof ledger === 'string' ? fileSource(ledger) : ledger.#source()));
  }

  #addMany<Noted>(
    records: Iterable<Noted>,
    lineOf: (record: Noted) => string,
    eventOf: (record: Noted) => LedgerEvent,
  ): void {
    if (this.#file) {
      let lines = '';
      for (const record of records) lines += lineOf(record);
      this.#file.append(lines);
    } else {
      for (const record of records) this.#events.push(eventOf(record));
    }
  }

  #source(): LedgerSource {
    if (this.#path !== undefined) return fileSource(this.#path);
    return (only) => [only ? this.#events.filter(({ event }) => event === only) : this.#events];
  }
}

function fileSource(path: string): LedgerSource {
  return (only) => readLedgerFile(path, only);
}

function isLedger(value: unknown): boolean {
  return value instanceof RecordLedger || (typeof value === 'string' && value !== '');
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
