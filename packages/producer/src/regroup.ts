import { beginsWithMagic, type HashKey, hashKeyOf } from '@shardline/aggregation';
import type { Entry } from './entry.js';
import { Members } from './members.js';
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
}

/** How far {@link regroupOneByOne} came. */
export interface Regrouped<Group> {
  readonly groups: ReadonlyMap<Group, readonly Entry[]>;
  /** Why it came no further. */
  readonly error?: unknown;
  /** What is left of the entries given, in put order: behind all of its group. What was begun must be cut up before it is sent. */
  readonly left: readonly Entry[];
}

/**
 * Cuts a few entries up by group, put order kept inside each; the entries given are over then. Records of several entries share an aggregate only where none was
 * ever sent: an entry's history is its records' history. Throws where there is no memory for it: they are then as they were.
 */
export function regroup<Group>(entries: readonly Entry[], rules: Regrouping<Group>): Map<Group, Entry[]> {
  const packer = new Packer(rules);
  try {
    for (const entry of entries) packer.addAll(entry);
    packer.sealAll();
  } catch (error) {
    packer.discard();
    throw error;
  }
  for (const entry of entries) entry.end(false);
  return packer.done;
}

/**
 * {@link regroup} of many entries: all of them and all that comes of them are never held together (P2). So that it cannot begin
 * anew, it goes as far as there is memory.
 */
export function regroupOneByOne<Group>(
  entries: readonly Entry[],
  rules: Regrouping<Group>,
): Regrouped<Group> {
  const packer = new Packer(rules);
  for (const [at, entry] of entries.entries()) {
    try {
      if (staysAsItIs(entry)) {
        packer.pass(entry);
        continue;
      }
      packer.addAll(entry);
      if (at === entries.length - 1) packer.sealAll();
    } catch (error) {
      return { ...packer.stop(entry, entries.slice(at + 1)), error };
    }
    entry.end(false);
  }
  return { groups: packer.done, left: [] };
}

class Packer<Group> {
  readonly #rules: Regrouping<Group>;
  readonly done = new Map<Group, Entry[]>();
  readonly #open = new Map<Group, OpenAggregate>();
  #source: Entry | undefined;
  /** Of the newest source. */
  #records: readonly UserRecord[] = [];
  /** How many of them are in. */
  #taken = 0;

  constructor(rules: Regrouping<Group>) {
    this.#rules = rules;
  }

  addAll(source: Entry): void {
    this.#taken = 0;
    this.#records = source.records();
    if (this.#source && !mayShare(this.#source, source)) this.sealAll();
    this.#source = source;
    for (const record of this.#records) {
      this.#add(source, record, this.#taken);
      this.#taken += 1;
    }
  }

  /** Takes an entry that is not cut up. */
  pass(entry: Entry): void {
    this.#taken = 0;
    this.sealAll();
    this.#source = entry;
    const hash = hashKeyOf(entry.partitionKey, entry.explicitHashKey);
    this.#emit(this.#rules.groupOf(hash, entry.members.oldestPutAtMs, entry.members.payloadBytes), entry);
  }

  /** There is no memory to go on with the newest source: what it has not given is left, and behind it `later`. */
  stop(newest: Entry, later: readonly Entry[]): Regrouped<Group> {
    this.sealAll();
    const groups = this.done;
    if (this.#source !== newest || this.#taken === 0) return { groups, left: [newest, ...later] };
    if (this.#taken < this.#records.length) {
      newest.leaveOut(this.#taken, restOf(newest.members, this.#records, this.#taken));
      return { groups, left: [newest, ...later] };
    }
    newest.end(false);
    return { groups, left: later };
  }

  #add(source: Entry, record: UserRecord, position: number): void {
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
    if (this.#source && entry !== this.#source) {
      entry.inherit(this.#source);
      entry.goesAlone = this.#source.goesAlone && entry.members.count > 1;
    }
    const entries = this.done.get(group);
    if (entries) entries.push(entry);
    else this.done.set(group, [entry]);
    try {
      // It may wait for long, and there may be many: encoders would hold some times as much (P2).
      entry.compact();
    } catch {
      // No memory: it goes on in its encoder, where it is counted as well.
    }
  }
}

/** The records from `from` on. */
function restOf(members: Members, records: readonly UserRecord[], from: number): Members {
  const rest = new Members(members.epoch);
  records.slice(from).forEach((record, index) => {
    const position = from + index;
    const tag = members.tags[position] ?? 0;
    rest.add(members.sinks[position], tag, members.putAtMsOf(position), recordBytes(record));
  });
  return rest;
}

/** A record by itself that shares no aggregate: made anew it would be the same, and there may be very many of them. */
function staysAsItIs(entry: Entry): boolean {
  return !entry.aggregated && !isFresh(entry) && !beginsWithMagic(entry.data);
}

function mayShare(one: Entry, other: Entry): boolean {
  return isFresh(one) && isFresh(other) && one.members.epoch === other.members.epoch;
}

function isFresh(entry: Entry): boolean {
  return entry.attempts.length === 0 && !entry.mayBeStored && !entry.goesAlone;
}
