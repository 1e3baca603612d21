import { Aggregate } from './aggregate.js';
import { areSealed } from './aggregate-digests.js';
import { aggregateFormat, aggregateTags } from './aggregate-format.js';
import { WireReader } from './wire-reader.js';

const {
  partitionKeyTable: partitionKeyTableTag,
  explicitHashKeyTable: explicitHashKeyTableTag,
  record: recordTag,
  partitionKeyIndex: partitionKeyIndexTag,
  explicitHashKeyIndex: explicitHashKeyIndexTag,
  data: dataTag,
  tags: tagsTag,
  tagKey: tagKeyTag,
} = aggregateTags;

const { magicBytes, digestBytes } = aggregateFormat;

/**
 * Finds the user records in a stored record of the KPL's format.
 *
 * Anything that is not exactly such an aggregate is none: too short, other magic, wrong digest, a message that protobuf-java would
 * refuse, an index outside its table, or no user record at all. What protobuf-java tolerates is tolerated: unknown fields,
 * fields in any order, repeated scalar fields (the last counts), tags. Never throws; memory is in proportion to the input.
 */
export function scanAggregate(data: Uint8Array): Aggregate | undefined {
  return areSealed([data])[0] ? scanSealedAggregate(data) : undefined;
}

/** {@link scanAggregate} of what is known to begin with the magic and to end in the digest. */
export function scanSealedAggregate(data: Uint8Array): Aggregate | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const aggregate = new Aggregate(bytes);
  const reader = new WireReader(bytes, magicBytes, data.length - digestBytes);
  const scan = new MessageScan(reader, aggregate);
  return scan.run() ? aggregate : undefined;
}

class MessageScan {
  readonly #reader: WireReader;
  readonly #aggregate: Aggregate;
  #highestPartitionKeyIndex = -1;
  #highestExplicitHashKeyIndex = -1;

  constructor(reader: WireReader, aggregate: Aggregate) {
    this.#reader = reader;
    this.#aggregate = aggregate;
  }

  run(): boolean {
    const reader = this.#reader;
    const { partitionKeys, explicitHashKeys } = this.#aggregate;
    const end = reader.limit;
    while (reader.hasMore()) {
      const tag = reader.varint();
      if (tag === recordTag) {
        reader.limit = reader.fieldEnd();
        this.#record();
        reader.limit = end;
        if (reader.failed) return false;
      } else if (tag === partitionKeyTableTag || tag === explicitHashKeyTableTag) {
        const table = tag === partitionKeyTableTag ? partitionKeys : explicitHashKeys;
        const textEnd = reader.fieldEnd();
        table.add(reader.at, textEnd);
        reader.at = textEnd;
      } else {
        reader.skip(tag);
      }
    }
    return (
      !reader.failed &&
      this.#aggregate.count > 0 &&
      this.#highestPartitionKeyIndex < partitionKeys.count &&
      this.#highestExplicitHashKeyIndex < explicitHashKeys.count
    );
  }

  #record(): void {
    const reader = this.#reader;
    let partitionKeyIndex = -1;
    let explicitHashKeyIndex = -1;
    let dataFrom = -1;
    let dataTo = -1;
    while (reader.hasMore()) {
      const tag = reader.varint();
      if (tag === partitionKeyIndexTag) {
        partitionKeyIndex = reader.index();
      } else if (tag === dataTag) {
        dataTo = reader.fieldEnd();
        dataFrom = reader.at;
        reader.at = dataTo;
      } else if (tag === explicitHashKeyIndexTag) {
        explicitHashKeyIndex = reader.index();
      } else if (tag === tagsTag) {
        this.#tag();
      } else {
        reader.skip(tag);
      }
    }
    if (partitionKeyIndex < 0 || dataFrom < 0) reader.fail();
    if (partitionKeyIndex > this.#highestPartitionKeyIndex)
      this.#highestPartitionKeyIndex = partitionKeyIndex;
    if (explicitHashKeyIndex > this.#highestExplicitHashKeyIndex) {
      this.#highestExplicitHashKeyIndex = explicitHashKeyIndex;
    }
    this.#aggregate.add(partitionKeyIndex, explicitHashKeyIndex, dataFrom, dataTo);
  }

  /** A tag is not kept, but without its key the message is malformed. */
  #tag(): void {
    const reader = this.#reader;
    const outer = reader.limit;
    reader.limit = reader.fieldEnd();
    let hasKey = false;
    while (reader.hasMore()) {
      const tag = reader.varint();
      if (tag === tagKeyTag) hasKey = true;
      reader.skip(tag);
    }
    if (!hasKey) reader.fail();
    reader.limit = outer;
  }
}
