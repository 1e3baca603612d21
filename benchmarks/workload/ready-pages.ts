import { freshKeys } from './fresh-keys.js';
import { decodeAggregate, encodeAggregate } from './kpl-format.js';
import { type PageSpec, perStored, sequenceNumberAt } from './page-spec.js';
import { PAYLOAD_COUNT, payloadOf, payloads } from './payloads.js';
import { RecordDigest } from './record-digest.js';
import { uniformShardOf } from './uniform-shards.js';

/** Different aggregates of each shard, used in turn: no page is longer ready than its data needs. */
const AGGREGATES = 4;
/** Seconds since 1970 at which the service received everything. */
const ARRIVED_AT = 1_760_000_000.123;
/** Behind the tip, in milliseconds, wherever one reads: nobody ever reaches it. */
const BEHIND_MS = 3_600_000;

/** A stored record, ready but for its sequence number. */
interface ReadyRecord {
  readonly key: string;
  readonly data: Uint8Array;
  /** Its JSON as far as the sequence number. */
  readonly json: Buffer;
}

/**
 * The pages of one kind of stream, as bodies of GetRecords. They never end, and each shard has the same ones again and again, but
 * for sequence numbers. Members of aggregates belong to their shard, as those of a careful producer do.
 */
export class ReadyPages {
  readonly #spec: PageSpec;
  readonly #shards: number;
  /** By shard; plain records are the same for all, since a record alone cannot be in the wrong shard. */
  readonly #records: readonly (readonly ReadyRecord[])[];

  constructor(spec: PageSpec, shards: number) {
    this.#spec = spec;
    this.#shards = shards;
    if (spec.perAggregate > 0) {
      this.#records = aggregates(spec, shards);
    } else {
      const plain = plainRecords(spec);
      this.#records = Array.from({ length: shards }, () => plain);
    }
  }

  /** The answer of GetRecords with a page. */
  body(shard: number, page: number, nextIterator: string): Buffer {
    const parts: Buffer[] = [];
    for (let index = 0; index < this.#spec.storedPerPage; index++) {
      const number = sequenceNumberAt({ shard, page, index });
      parts.push(Buffer.from(index === 0 ? '{"Records":[' : '"},'), this.#record(shard, index).json);
      parts.push(Buffer.from(number, 'latin1'));
    }
    const next = JSON.stringify(nextIterator);
    parts.push(Buffer.from(`"}],"NextShardIterator":${next},"MillisBehindLatest":${BEHIND_MS}}`));
    return Buffer.concat(parts);
  }

  /** What the first pages of all shards hold, read by the referee. */
  firstPages(): RecordDigest {
    const digest = new RecordDigest();
    for (let shard = 0; shard < this.#shards; shard++) {
      for (let index = 0; index < this.#spec.storedPerPage; index++) {
        addUserRecords(digest, this.#record(shard, index), this.#spec);
      }
    }
    return digest;
  }

  #record(shard: number, index: number): ReadyRecord {
    const ready = this.#records[shard];
    const record = ready?.[index % ready.length];
    if (record === undefined) throw new RangeError(`no record ${index} in shard ${shard}`);
    return record;
  }
}

function addUserRecords(digest: RecordDigest, { key, data }: ReadyRecord, spec: PageSpec): void {
  if (spec.perAggregate === 0) {
    digest.add(key, data);
    return;
  }
  const message = decodeAggregate(data);
  if (message?.records.length !== perStored(spec)) throw new Error('a ready aggregate is none');
  for (const record of message.records) {
    digest.add(message.partitionKeyTable[record.partitionKeyIndex] ?? '', record.data);
  }
}

function readyRecord(key: string, data: Uint8Array): ReadyRecord {
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
  const json = `{"ApproximateArrivalTimestamp":${ARRIVED_AT},"Data":"${base64}","PartitionKey":"${key}","SequenceNumber":"`;
  return { key, data, json: Buffer.from(json, 'latin1') };
}

function plainRecords({ recordBytes, keyCharacters }: PageSpec): readonly ReadyRecord[] {
  const data = payloads(recordBytes);
  return freshKeys(PAYLOAD_COUNT, keyCharacters).map((key, index) =>
    readyRecord(key, payloadOf(data, index)),
  );
}

/** Aggregates of each shard, made by the referee, of keys that belong to it. */
function aggregates(spec: PageSpec, shards: number): readonly (readonly ReadyRecord[])[] {
  const { perAggregate, recordBytes, storedPerPage } = spec;
  const data = payloads(recordBytes);
  const count = Math.min(storedPerPage, AGGREGATES);
  return keysOfShards(spec, shards, count * perAggregate).map((keys) =>
    Array.from({ length: count }, (_, at) => {
      const own = keys.slice(at * perAggregate, (at + 1) * perAggregate);
      const records = own.map((__, index) => ({
        partitionKeyIndex: index,
        data: payloadOf(data, at * perAggregate + index),
      }));
      return readyRecord(own[0] ?? '', encodeAggregate({ partitionKeyTable: own, records }));
    }),
  );
}

/** `count` keys for each of the shards. */
function keysOfShards({ keyCharacters }: PageSpec, shards: number, count: number): readonly string[][] {
  const found: string[][] = Array.from({ length: shards }, () => []);
  for (let missing = shards; missing > 0; ) {
    for (const key of freshKeys(shards * 16, keyCharacters)) {
      const keys = found[uniformShardOf(shards, key)];
      if (keys === undefined || keys.length === count) continue;
      if (keys.push(key) === count) missing -= 1;
    }
  }
  return found;
}
