import {
  AggregateEncoder,
  beginsWithMagic,
  formatHashKey,
  type HashKey,
  hashKeyOf,
} from '@shardline/aggregation';
import { Entry } from './entry.js';
import type { Epoch } from './epochs.js';
import type { SealReason } from './events.js';
import { Members } from './members.js';
import type { Sink } from './sink.js';
import type { UserRecord } from './user-record.js';

/** A user record on its way into a lane. */
export interface AcceptedRecord {
  /** With its explicit hash key, if any, in plain decimal. */
  readonly record: UserRecord;
  /** What the gate was charged for it. */
  readonly charged: number;
  readonly sink: Sink | undefined;
  readonly tag: number;
  readonly putAtMs: number;
}

/** Partition key of every aggregate, as the KPL writes it; placement is by the explicit hash key. */
const aggregatePartitionKey = 'a';

/** An aggregate that still takes records: protobuf bytes in its encoder, and what is remembered beside them. */
export class OpenAggregate {
  readonly #encoder = new AggregateEncoder();
  readonly #members: Members;
  readonly #firstHash = new Uint32Array(4);
  /** Why it should go as soon as its lane can send; undefined while it may linger. */
  due: SealReason | undefined;

  constructor(epoch: Epoch) {
    this.#members = new Members(epoch);
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
    const { record, charged, sink, tag, putAtMs } = accepted;
    if (!this.#encoder.tryAdd(record.partitionKey, record.explicitHashKey, record.data, hash, maxBytes))
      return false;
    if (this.#members.count === 0) this.#firstHash.set(hash);
    this.#members.add(sink, tag, putAtMs, charged);
    return true;
  }

  /** Ends it. One lone record goes as it is, as the KPL sends it, unless its data would be taken for an aggregate. */
  seal(): Entry {
    const aggregate = new Entry(
      {
        data: this.#encoder.seal(),
        partitionKey: aggregatePartitionKey,
        explicitHashKey: formatHashKey(this.#firstHash),
        aggregated: true,
      },
      this.#members,
    );
    const [only] = this.#members.count === 1 ? aggregate.records() : [];
    return only && !looksAggregated(only.data) ? new Entry(plainContent(only), this.#members) : aggregate;
  }
}

/** The entry of a record that is not aggregated. */
export function singleEntry(accepted: AcceptedRecord, epoch: Epoch): Entry {
  const { record, charged, sink, tag, putAtMs } = accepted;
  return new Entry(plainContent(record), Members.one(epoch, sink, tag, putAtMs, charged));
}

/** The entry of a lone record, in a lane that may aggregate: inside an aggregate of one where it must be. */
export function loneEntry(
  accepted: AcceptedRecord,
  hash: HashKey,
  epoch: Epoch,
  maxRecordBytes: number,
): Entry {
  if (!looksAggregated(accepted.record.data)) return singleEntry(accepted, epoch);
  const aggregate = new OpenAggregate(epoch);
  const maxBytes = maxRecordBytes - aggregatePartitionKey.length;
  return aggregate.tryAdd(accepted, hash, maxBytes) ? aggregate.seal() : singleEntry(accepted, epoch);
}

function plainContent(record: UserRecord) {
  const { partitionKey, explicitHashKey, data } = record;
  // Not data.slice(): of a Buffer that is a view, and its owner may write over it.
  const bytes = typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data);
  return { data: bytes, partitionKey, explicitHashKey, aggregated: false };
}

function looksAggregated(data: UserRecord['data']): boolean {
  return typeof data !== 'string' && beginsWithMagic(data);
}

/** Hash key of a user record that was accepted before. */
export function hashOf(record: UserRecord): HashKey {
  return hashKeyOf(record.partitionKey, record.explicitHashKey);
}
