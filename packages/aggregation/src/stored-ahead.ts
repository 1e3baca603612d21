import { areSealed } from './aggregate-digests.js';
import { type StoredRecord, type StoredRecordSource, storedRecordOf } from './stored-record.js';

/** As many digests as are checked in hardly more time than one. */
const recordsAhead = 4;

/** A stored record, and whether it can be an aggregate. */
export interface CheckedRecord {
  readonly stored: StoredRecord;
  /** Whether it begins and ends as an aggregate does. False too where nobody wants to know. */
  readonly sealed: boolean;
}

/** Takes stored records out of an input, the next few at a time: their digests are checked together. */
export class StoredAhead {
  readonly #sources: readonly StoredRecordSource[];
  readonly #isWanted: (stored: StoredRecord) => boolean;
  #first = 0;
  #ready: readonly CheckedRecord[] = [];

  /** @param isWanted - Whether anybody will look into a stored record. */
  constructor(sources: readonly StoredRecordSource[], isWanted: (stored: StoredRecord) => boolean) {
    this.#sources = sources;
    this.#isWanted = isWanted;
  }

  /** The stored record of that index, the one asked for before or the next; `undefined` behind the last. */
  at(index: number): CheckedRecord | undefined {
    if (index - this.#first >= this.#ready.length) {
      const stored = this.#sources.slice(index, index + recordsAhead).map(storedRecordOf);
      const wanted = stored.filter(this.#isWanted);
      const sealed = areSealed(wanted.map(({ data }) => data));
      this.#first = index;
      this.#ready = stored.map((one) => ({ stored: one, sealed: sealed[wanted.indexOf(one)] === true }));
    }
    return this.#ready[index - this.#first];
  }
}
