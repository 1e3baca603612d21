import { callable, integerBetween, type OptionTable, oneOf, resolveOptions } from '@shardline/core/internal';
import { judgeStream, type LedgerSource, type StreamJudgeOptions } from './judge-stream.js';
import {
  type AcceptedRecord,
  acceptedLine,
  type FailedRecord,
  failedLine,
  type LedgerEvent,
} from './ledger-event.js';
import { LedgerFile, readLedgerFile } from './ledger-file.js';
import type { Verdict } from './verdict.js';

/** Options of {@link RecordLedger}. */
export interface RecordLedgerOptions {
  /**
   * File to append to, created if need be. One file for each producer: the order of records is judged within a ledger.
   * @defaultValue none: the ledger is kept in memory
   */
  readonly path?: string;
}

/** Options of {@link RecordLedger.judge}. */
export interface JudgeOptions extends StreamJudgeOptions {
  /** All ledgers of the run, or the paths of their files: one for each producer. */
  readonly ledgers: readonly (RecordLedger | string)[];
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

/** Every option of {@link RecordLedger.judge}. */
export const judgeOptions: OptionTable<keyof JudgeOptions> = {
  ledgers: {
    summary: 'All ledgers of the run, one for each producer.',
    required: true,
    expected: 'an array of RecordLedgers or of paths of their files',
    accepts: (value) => Array.isArray(value) && value.every(isLedger),
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
  listed: {
    summary: 'How many records of each kind of trouble the verdict names.',
    defaultValue: 10,
    ...integerBetween(0, Number.MAX_SAFE_INTEGER),
  },
};

/**
 * What a producer accepted and what it gave up, written down as it happens, to be held against what the stream says.
 * The oracle of tests and of the demo.
 *
 * With a `path`, every call has handed its lines (NDJSON) to the operating system when it returns: they are there after a
 * SIGKILL. {@link RecordLedger.judge} compares ledgers with a stream.
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
    if (this.#file) {
      let lines = '';
      for (const record of records) lines += acceptedLine(record);
      this.#file.append(lines);
    } else {
      for (const record of records) this.#events.push({ event: 'accepted', ...record });
    }
  }

  /** Notes that the producer reported an accepted record as failed. */
  failed(record: FailedRecord): void {
    if (this.#file) this.#file.append(failedLine(record));
    else this.#events.push({ event: 'failed', ...record });
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
    return judgeStream(
      ledgers.map((ledger) => (typeof ledger === 'string' ? fileSource(ledger) : ledger.#source())),
      rest,
    );
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
