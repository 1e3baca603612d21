import {
  type AggregateEncoder,
  beginsWithMagic,
  decodeAggregate,
  formatHashKey,
  type HashKey,
  hashKeyOf,
} from '@shardline/aggregation';
import { Entry } from './entry.js';
import type { Epoch } from './epochs.js';
import type { SealReason } from './events.js';
import { Members } from './members.js';
import type { RecordMemory } from './record-memory.js';
import type { Sink } from './sink.js';
import type { UserRecord } from './user-record.js';

/** The members of a user record, of which the explicit hash key, if any, is in plain decimal. */
export interface ReadRecord extends Pick<UserRecord, 'partitionKey' | 'data'> {
  readonly explicitHashKey?: string | undefined;
}

/** A user record on its way into a lane. One object may serve many: whoever takes it reads it at once. */
export interface AcceptedRecord {
  readonly record: ReadRecord;
  /** Its data and partition key. */
  readonly bytes: number;
  readonly sink: Sink | undefined;
  readonly tag: number;
  readonly putAtMs: number;
}

/** Partition key of every aggregate, as the KPL writes it; placement is by the explicit hash key. */
const aggregatePartitionKey = 'a';

/** An aggregate that still takes records: protobuf bytes in its encoder, and what is remembered beside them. */
export class OpenAggregate {
  readonly #encoder: AggregateEncoder;
  readonly #members: Members;
  readonly #memory: RecordMemory;
  #firstHash = '';
  /** Counted for the encoder. */
  #countedBytes: number;
  /** Why it should go as soon as its lane can send; undefined while it may linger. */
  due: SealReason | undefined;

  constructor(epoch: Epoch, memory: RecordMemory) {
    this.#members = new Members(epoch);
    this.#memory = memory;
    this.#encoder = memory.take();
    this.#countedBytes = this.#encoder.capacityBytes;
  }

  get epoch(): Epoch {
    return this.#members.epoch;
  }

  /** Exact size of the sealed aggregate. */
  get sizeBytes(): number {
    return this.#encoder.sizeBytes;
  }

  get oldestPutAtMs(): number {
    return this.#members.oldestPutAtMs;
  }

  /** Adds a record unless the aggregate would exceed `maxBytes`. */
  tryAdd(accepted: AcceptedRecord, hash: HashKey, maxBytes: number): boolean {
    const { record, bytes, sink, tag, putAtMs } = accepted;
    const encoder = this.#encoder;
    if (!encoder.tryAdd(record.partitionKey, record.explicitHashKey, record.data, hash, maxBytes))
      return false;
    if (this.#members.count === 0) this.#firstHash = formatHashKey(hash);
    this.#members.add(sink, tag, putAtMs, bytes);
    // Its bytes are counted with the encoder, whether that holds more or less.
    const grownBytes = encoder.capacityBytes - this.#countedBytes;
    this.#countedBytes += grownBytes;
    this.#memory.hold(grownBytes - bytes);
    return true;
  }

  /**
   * Ends it; never throws. One lone record goes as it is, as the KPL sends it, unless its data would be taken for an aggregate, or
   * there is no memory to take it out.
   */
  seal(): Entry {
    const members = this.#members;
    const aggregate = {
      content: this.#encoder,
      partitionKey: aggregatePartitionKey,
      explicitHashKey: this.#firstHash,
      aggregated: true,
    };
    if (members.count > 1) return new Entry(aggregate, members, this.#memory, this.#countedBytes);
    let sealed: Uint8Array;
    try {
      sealed = this.#encoder.seal();
    } catch {
      // No memory: it goes out of its encoder, as an aggregate of one.
      return new Entry(aggregate, members, this.#memory, this.#countedBytes);
    }
    this.#memory.giveBack(this.#encoder, this.#countedBytes);
    const plain = plainEntryOf(sealed, members, this.#memory);
    if (plain) return plain;
    this.#memory.hold(sealed.length);
    return new Entry({ ...aggregate, content: sealed }, members, this.#memory, sealed.length);
  }

  /** Gives it up; its records are counted as before they were added. */
  discard(): void {
    this.#encoder.reset();
    this.#memory.giveBack(this.#encoder, this.#countedBytes);
    this.#memory.hold(this.#members.payloadBytes);
  }
}

/** An aggregate that begins with this record; undefined where the record alone would exceed `maxBytes`. */
export function beginAggregate(
  accepted: AcceptedRecord,
  hash: HashKey,
  epoch: Epoch,
  { memory, maxBytes }: { readonly memory: RecordMemory; readonly maxBytes: number },
): OpenAggregate | undefined {
  const fresh = new OpenAggregate(epoch, memory);
  let fits = false;
  try {
    fits = fresh.tryAdd(accepted, hash, maxBytes);
  } finally {
    if (!fits) fresh.discard();
  }
  return fits ? fresh : undefined;
}

/** The entry of a record that is not aggregated. */
export function singleEntry(accepted: AcceptedRecord, epoch: Epoch, memory: RecordMemory): Entry {
  const { record, bytes, sink, tag, putAtMs } = accepted;
  const entry = plainEntry(record, Members.one(epoch, sink, tag, putAtMs, bytes), memory);
  // Its bytes are counted with the block.
  memory.hold(-bytes);
  return entry;
}

/** The entry of a lone record, in a lane that may aggregate: inside an aggregate of one where it must be. */
export function loneEntry(
  accepted: AcceptedRecord,
  hash: HashKey,
  epoch: Epoch,
  { memory, maxRecordBytes }: { readonly memory: RecordMemory; readonly maxRecordBytes: number },
): Entry {
  if (!looksAggregated(accepted.record.data)) return singleEntry(accepted, epoch, memory);
  const maxBytes = maxRecordBytes - aggregatePartitionKey.length;
  const aggregate = beginAggregate(accepted, hash, epoch, { memory, maxBytes });
  return aggregate ? aggregate.seal() : singleEntry(accepted, epoch, memory);
}

/** The record of an aggregate of one by itself, if it may go so. */
function plainEntryOf(sealed: Uint8Array, members: Members, memory: RecordMemory): Entry | undefined {
  try {
    const [only] = decodeAggregate(sealed) ?? [];
    return only && !beginsWithMagic(only.data) ? plainEntry(only, members, memory) : undefined;
  } catch {
    // No memory: it goes as an aggregate of one.
    return undefined;
  }
}

function plainEntry(record: ReadRecord, members: Members, memory: RecordMemory): Entry {
  const { partitionKey, explicitHashKey, data } = record;
  const content = memory.takeBlock(typeof data === 'string' ? Buffer.byteLength(data) : data.length);
  if (typeof data === 'string') new TextEncoder().encodeInto(data, content);
  else content.set(data);
  const made = { content, partitionKey, explicitHashKey, aggregated: false, inBlock: true };
  return new Entry(made, members, memory, content.buffer.byteLength);
}

function looksAggregated(data: UserRecord['data']): boolean {
  return typeof data !== 'string' && beginsWithMagic(data);
}

/** Hash key of a user record that was accepted before. */
export function hashOf(record: UserRecord): HashKey {
  return hashKeyOf(record.partitionKey, record.explicitHashKey);
}
