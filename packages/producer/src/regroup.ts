import type { HashKey } from '@shardline/aggregation';
import type { Entry } from './entry.js';
import {
  type AcceptedRecord,
  beginAggregate,
  hashOf,
  loneEntry,
  type OpenAggregate,
  singleEntry,
} from './open-aggregate.js';
import type { RecordMemory } from './record-memory.js';
import { recordBytes, type UserRecord } from './user-record.js';

/** Where the records of entries go when the entries are cut up. */
export interface Regrouping<Group> {
  /** Where the bytes of the new entries are held. */
  readonly memory: RecordMemory;
  /** The group of a record with `bytes` of data and partition key; asked for each once, in put order. */
  groupOf(hash: HashKey, putAtMs: number, bytes: number): Group;
  /** Most bytes of an aggregate of this group; 0 where its records go alone. */
  aggregateBytes(group: Group): number;
  /** Largest record that the group's shard takes: bounds the aggregate of one of data that would be taken for an aggregate. */
  maxRecordBytes(group: Group): number;
  /** All of the entries or none, for a few: they and what comes of them are held together meanwhile. */
  readonly allOrNothing?: boolean;
}

/**
 * Cuts entries up by group, put order kept inside each; the entries given are over then. Records of several entries share an aggregate only where none was
 * ever sent: an entry's history is its records' history. Throws where there is no memory for it: a single entry
 * is then as it was, and so are several with `allOrNothing`.
 */
export function regroup<Group>(entries: readonly Entry[], rules: Regrouping<Group>): Map<Group, Entry[]> {
  const packer = new Packer(rules);
  let ended = 0;
  try {
    for (const entry of entries) {
      packer.begin(entry);
      entry.records().forEach((record, position) => {
        packer.add(record, position);
      });
      if (entry === entries.at(-1)) packer.sealAll();
      if (rules.allOrNothing) continue;
      // One by one: all of them and all that comes of them would be held together otherwise (P2).
      entry.end(false);
      ended += 1;
    }
    if (rules.allOrNothing) for (const entry of entries) entry.end(false);
  } catch (error) {
    if (ended === 0) packer.discard();
    throw error;
  }
  return packer.done;
}

class Packer<Group> {
  readonly #rules: Regrouping<Group>;
  readonly done = new Map<Group, Entry[]>();
  readonly #open = new Map<Group, OpenAggregate>();
  #source: Entry | undefined;

  constructor(rules: Regrouping<Group>) {
    this.#rules = rules;
  }

  begin(source: Entry): void {
    if (this.#source && !mayShare(this.#source, source)) this.sealAll();
    this.#source = source;
  }

  add(record: UserRecord, position: number): void {
    const source = this.#source;
    if (!source) return;
    const { memory } = this.#rules;
    const { members } = source;
    const accepted: AcceptedRecord = {
      record,
      bytes: recordBytes(record),
      sink: members.sinks[position],
      tag: members.tags[position] ?? 0,
      putAtMs: members.putAtMsOf(position),
    };
    const hash = hashOf(record);
    const group = this.#rules.groupOf(hash, accepted.putAtMs, accepted.bytes);
    const maxBytes = this.#rules.aggregateBytes(group);
    if (this.#open.get(group)?.tryAdd(accepted, hash, maxBytes)) return;
    this.#seal(group);
    if (maxBytes === 0) {
      this.#emit(group, singleEntry(accepted, members.epoch, memory));
      return;
    }
    const fresh = beginAggregate(accepted, hash, members.epoch, { memory, maxBytes });
    if (fresh) {
      this.#open.set(group, fresh);
      return;
    }
    const maxRecordBytes = this.#rules.maxRecordBytes(group);
    this.#emit(group, loneEntry(accepted, hash, members.epoch, { memory, maxRecordBytes }));
  }

  /** Nothing that was made is counted any more. */
  discard(): void {
    for (const open of this.#open.values()) open.discard();
    for (const entries of this.done.values()) for (const entry of entries) entry.end(false);
  }

  sealAll(): void {
    for (const group of [...this.#open.keys()]) this.#seal(group);
  }

  #seal(group: Group): void {
    const open = this.#open.get(group);
    if (!open) return;
    const sealed = open.seal();
    this.#open.delete(group);
    this.#emit(group, sealed);
  }

  #emit(group: Group, entry: Entry): void {
    if (this.#source) entry.inherit(this.#source);
    const entries = this.done.get(group);
    if (entries) entries.push(entry);
    else this.done.set(group, [entry]);
    // It may wait for long, and there may be many: encoders would hold some times as much (P2).
    entry.compact();
  }
}

function mayShare(one: Entry, other: Entry): boolean {
  return isFresh(one) && isFresh(other) && one.members.epoch === other.members.epoch;
}

function isFresh(entry: Entry): boolean {
  return entry.attempts.length === 0 && !entry.mayBeStored;
}
