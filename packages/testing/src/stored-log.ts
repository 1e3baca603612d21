import type { StoredPage, StoredUserRecord } from './stored-page.js';
import type { TroubleList } from './trouble-list.js';

/** What a user record of the stream is recognised by. */
export interface IdentifiedRecord {
  /** The key under which it was accepted. */
  readonly key: string;
  /** The id under which it was accepted. Strings cut out of longer ones keep those in memory. */
  readonly id: string;
  /** The checksum of the data as read; needed for records that were accepted with one. */
  readonly checksum?: number;
}

/** Recognises a user record of the stream. `undefined`, or an exception, means: not one of ours. */
export type Identify = (record: StoredUserRecord) => IdentifiedRecord | undefined;

const noChecksum = -1;

/**
 * What a stream holds: for every id where its first copy stands and how many copies there are. Columns instead of an
 * object a record, since a load test leaves millions.
 */
export class StoredLog {
  readonly #identify: Identify;
  readonly #troubles: TroubleList;
  readonly #positionOf = new Map<string, number>();
  readonly #keyNumberOf = new Map<string, number>();
  readonly #keyNumberAt: number[] = [];
  readonly #copiesAt: number[] = [];
  /** {@link noChecksum} for records that were identified without one. */
  readonly #checksumAt: number[] = [];
  #records = 0;
  #dropped = 0;

  constructor(identify: Identify, troubles: TroubleList) {
    this.#identify = identify;
    this.#troubles = troubles;
  }

  /** Records as the service counts them. */
  get records(): number {
    return this.#records;
  }

  /** User records that the reader left out. */
  get dropped(): number {
    return this.#dropped;
  }

  addPage(page: StoredPage): void {
    this.#records += page.records;
    this.#dropped += page.dropped;
    for (const record of page.userRecords) this.#add(record);
  }

  /** Where the first copy of `id` stands among the first copies of all ids, from 0; `undefined` when there is none. */
  positionOf(id: string): number | undefined {
    return this.#positionOf.get(id);
  }

  /** A number that stands for `key`; `undefined` when no record has it. */
  keyNumberOf(key: string): number | undefined {
    return this.#keyNumberOf.get(key);
  }

  keyNumberAt(position: number): number | undefined {
    return this.#keyNumberAt[position];
  }

  checksumAt(position: number): number | undefined {
    const checksum = this.#checksumAt[position];
    return checksum === noChecksum ? undefined : checksum;
  }

  copiesAt(position: number): number {
    return this.#copiesAt[position] ?? 0;
  }

  /** All ids with their positions. */
  ids(): Iterable<[id: string, position: number]> {
    return this.#positionOf;
  }

  #add(record: StoredUserRecord): void {
    const identified = this.#identified(record);
    if (!identified) return;
    const { key, id, checksum } = identified;
    let keyNumber = this.#keyNumberOf.get(key);
    if (keyNumber === undefined) {
      keyNumber = this.#keyNumberOf.size;
      this.#keyNumberOf.set(key, keyNumber);
    }
    const position = this.#positionOf.get(id);
    if (position === undefined) {
      const next = this.#copiesAt.push(1) - 1;
      this.#positionOf.set(id, next);
      this.#keyNumberAt.push(keyNumber);
      this.#checksumAt.push(checksum ?? noChecksum);
    } else if (this.#keyNumberAt[position] !== keyNumber) {
      this.#troubles.add('unexpected', `${id} with the key ${JSON.stringify(key)}`);
    } else {
      this.#copiesAt[position] = this.copiesAt(position) + 1;
      if (this.checksumAt(position) !== checksum) this.#troubles.add('altered', id);
    }
  }

  #identified(record: StoredUserRecord): IdentifiedRecord | undefined {
    const place = () => `${record.shardId} ${record.sequenceNumber}/${record.subSequenceNumber}`;
    try {
      const identified = this.#identify(record);
      if (!identified) this.#troubles.add('unexpected', place());
      return identified;
    } catch (error) {
      this.#troubles.add('unexpected', `${place()} (${error})`);
      return undefined;
    }
  }
}
