import type { Aggregate } from './aggregate.js';
import { AggregationError, describeValue } from './aggregation-error.js';
import type { HashRange } from './hash-range.js';
import { fate, type OutOfRange, RangeRules } from './range-rules.js';
import { scanSealedAggregate } from './scan-aggregate.js';
import { type CheckedRecord, StoredAhead } from './stored-ahead.js';
import {
  type DeaggregateInput,
  type StoredRecord,
  type StoredRecordSource,
  sourcesOf,
} from './stored-record.js';
import { LazyUserRecord, type UserRecord } from './user-record.js';

/** Where reading goes on: behind this user record. */
export interface ResumePoint {
  /** Sequence number of the stored record, in decimal, without leading zeros. */
  readonly sequenceNumber: string;
  /** Index in its aggregate of the last user record that is done. Default: the whole stored record is done. */
  readonly subSequenceNumber?: number | undefined;
}

/** How `deaggregate` treats the members of aggregates. Records that are not aggregated are always delivered. */
export interface DeaggregateOptions {
  /**
   * Range of the shard the records were read from. Default: unknown, so that everything is delivered. Leave it out in Lambda and for
   * streams whose record distribution is AUTO.
   */
  readonly range?: HashRange | undefined;
  /** Ranges of the shard's parents. Default: none. */
  readonly parentRanges?: readonly HashRange[] | undefined;
  /**
   * What becomes of user records outside `range`. `'auto'`: dropped in a parent's range (their producer has put them again),
   * else delivered and reported. `'drop'`: dropped, each by itself (KCL: the whole aggregate). `'deliver'`: delivered and
   * reported. Default: `'auto'`.
   */
  readonly outOfRange?: OutOfRange | undefined;
  /** Everything up to and including this user record is left out. Default: nothing is. */
  readonly after?: ResumePoint | undefined;
  /**
   * Called with the user records that are dropped, per stored record, before the rest of it is delivered. When all of a stored
   * record is dropped this is the only sign of it.
   */
  readonly onDropped?: ((dropped: readonly UserRecord[]) => void) | undefined;
  /** Called with the user records that are delivered although they are outside `range`, per stored record, before they are. */
  readonly onOutOfRange?: ((delivered: readonly UserRecord[]) => void) | undefined;
}

interface Reading {
  readonly rules: RangeRules | undefined;
  readonly after: ResumePoint | undefined;
  readonly onDropped: (dropped: readonly UserRecord[]) => void;
  readonly onOutOfRange: (delivered: readonly UserRecord[]) => void;
}

const ignore = () => undefined;
const knownOptions: ReadonlySet<string> = new Set([
  'range',
  'parentRanges',
  'outOfRange',
  'after',
  'onDropped',
  'onOutOfRange',
]);

/**
 * Reads the user records out of records of Kinesis, whether the KPL, this library or nobody aggregated them.
 *
 * A record that is not a sound aggregate is one user record, unchanged. Order is the order stored. Each record is taken apart when the
 * iteration reaches it, and its digest checked up to three records earlier; iterating again does so again.
 *
 * @param input - Records of GetRecords or SubscribeToShard, a Lambda event or its records, or the data of records.
 * @param options - The shard's range, and where to go on.
 * @throws AggregationError `INVALID_INPUT` or `INVALID_OPTION`, at once.
 */
export function deaggregate(input: DeaggregateInput, options: DeaggregateOptions = {}): Iterable<UserRecord> {
  const reading = readingOf(options);
  const sources = sourcesOf(input);
  return { [Symbol.iterator]: () => new UserRecordIterator(sources, reading) };
}

/**
 * Walks over stored records and over the user records in each. Not a generator: resuming one costs as much as finding a user
 * record.
 */
class UserRecordIterator implements Iterator<UserRecord, undefined> {
  readonly #records: StoredAhead;
  readonly #reading: Reading;
  #next = 0;
  #stored: StoredRecord | undefined;
  #selection: Selection = nothing;
  #member = 0;

  constructor(sources: readonly StoredRecordSource[], reading: Reading) {
    this.#records = new StoredAhead(sources, (stored) => firstWanted(stored, reading.after) < allDone);
    this.#reading = reading;
  }

  next(): IteratorResult<UserRecord, undefined> {
    for (;;) {
      const { aggregate, fates, last } = this.#selection;
      const member = this.#member;
      if (member > last) {
        if (!this.#advance()) return { done: true, value: undefined };
      } else {
        this.#member = member + 1;
        if (fates !== undefined && fates[member] === fate.drop) continue;
        return {
          done: false,
          value: new LazyUserRecord(this.#stored as StoredRecord, aggregate, member, member === last),
        };
      }
    }
  }

  #advance(): boolean {
    const record = this.#records.at(this.#next);
    if (record === undefined) return false;
    const selection = selectionOf(record, this.#reading);
    // Only now, since a report that throws must not make the next call pass over the record.
    this.#next++;
    this.#stored = record.stored;
    this.#selection = selection;
    this.#member = selection.first;
    return true;
  }
}

/** The user records of a stored record that are delivered: those from `first` to `last` that are not to be dropped. */
interface Selection {
  readonly aggregate: Aggregate | undefined;
  readonly fates: Uint8Array | undefined;
  readonly first: number;
  readonly last: number;
}

/** {@link firstWanted} of a stored record that is done. */
const allDone = Number.POSITIVE_INFINITY;

const nothing: Selection = { aggregate: undefined, fates: undefined, first: 0, last: -1 };

/** Takes a stored record apart, unless it is done, and reports what the rules say about its user records. */
function selectionOf({ stored, sealed }: CheckedRecord, reading: Reading): Selection {
  const first = firstWanted(stored, reading.after);
  const aggregate = sealed && first < allDone ? scanSealedAggregate(stored.data) : undefined;
  if (aggregate === undefined) return { aggregate, fates: undefined, first, last: 0 };
  const fates = reading.rules?.fates(aggregate);
  if (fates === undefined) return { aggregate, fates, first, last: aggregate.count - 1 };
  const last = lastDelivered(fates);
  report(stored, aggregate, fates, first, reading);
  return { aggregate, fates, first, last };
}

/** Index of the first user record of a stored record that is not done; {@link allDone} when they all are. */
function firstWanted(stored: StoredRecord, after: ResumePoint | undefined): number {
  if (after === undefined || stored.sequenceNumber === '') return 0;
  const order = compareDecimals(stored.sequenceNumber, after.sequenceNumber);
  if (order > 0) return 0;
  if (order < 0 || after.subSequenceNumber === undefined) return allDone;
  return after.subSequenceNumber + 1;
}

/** Compares whole numbers of any length, without leading zeros, in decimal. */
function compareDecimals(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function lastDelivered(fates: Uint8Array): number {
  let last = fates.length - 1;
  while (last >= 0 && fates[last] === fate.drop) last--;
  return last;
}

function report(
  stored: StoredRecord,
  aggregate: Aggregate,
  fates: Uint8Array,
  first: number,
  reading: Reading,
): void {
  const dropped: UserRecord[] = [];
  const outside: UserRecord[] = [];
  const last = lastDelivered(fates);
  for (let member = first; member < fates.length; member++) {
    if (fates[member] === fate.deliver) continue;
    const list = fates[member] === fate.drop ? dropped : outside;
    list.push(new LazyUserRecord(stored, aggregate, member, member === last));
  }
  if (dropped.length > 0) reading.onDropped(dropped);
  if (outside.length > 0) reading.onOutOfRange(outside);
}

function readingOf(options: DeaggregateOptions): Reading {
  const { range, parentRanges = [], outOfRange = 'auto', after } = options;
  for (const name of Object.keys(options))
    check(knownOptions.has(name), name, name, 'left out: there is no such option');
  check(range === undefined || isRange(range), 'range', range, 'a HashRange');
  const parentsAreRanges = Array.isArray(parentRanges) && parentRanges.every(isRange);
  check(parentsAreRanges, 'parentRanges', parentRanges, 'an array of HashRange');
  check(
    ['auto', 'drop', 'deliver'].includes(outOfRange),
    'outOfRange',
    outOfRange,
    "'auto', 'drop' or 'deliver'",
  );
  check(
    after === undefined || isResumePoint(after),
    'after',
    after,
    'an object with a sequenceNumber (a string, in decimal, without leading zeros) and perhaps a subSequenceNumber from 0',
  );
  for (const name of ['onDropped', 'onOutOfRange'] as const) {
    const report = options[name];
    check(report === undefined || typeof report === 'function', name, report, 'a function');
  }
  return {
    rules: range === undefined ? undefined : new RangeRules(range, parentRanges, outOfRange),
    after,
    onDropped: options.onDropped ?? ignore,
    onOutOfRange: options.onOutOfRange ?? ignore,
  };
}

/** Not by `instanceof`: the range may come from another copy of this package. */
function isRange(range: unknown): boolean {
  return (
    typeof range === 'object' && range !== null && 'contains' in range && typeof range.contains === 'function'
  );
}

function isResumePoint(after: unknown): boolean {
  if (typeof after !== 'object' || after === null) return false;
  const { sequenceNumber, subSequenceNumber = 0 }: { [Name in keyof ResumePoint]?: unknown } = after;
  if (typeof sequenceNumber !== 'string' || !/^(?:0|[1-9]\d*)$/.test(sequenceNumber)) return false;
  return Number.isInteger(subSequenceNumber) && (subSequenceNumber as number) >= 0;
}

function check(holds: boolean, option: string, value: unknown, expected: string): void {
  if (holds) return;
  const received = describeValue(value);
  throw new AggregationError(
    'INVALID_OPTION',
    `deaggregate: option "${option}" must be ${expected}; received ${received}.`,
    { received },
  );
}
