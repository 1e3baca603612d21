import { aggregateFormat, aggregateTags } from './aggregate-format.js';
import { AggregationError } from './aggregation-error.js';
import { type HashKey, hashKeyOf } from './hash-key.js';
import { writeMessageDigest } from './message-digest.js';
import { sharedKeyBlock } from './shared-md5.js';
import { StringTable } from './string-table.js';
import { utf8Length, writeUtf8 } from './utf8.js';
import { varintLength, writeVarint } from './varint.js';

const {
  partitionKeyTable: partitionKeyTableTag,
  explicitHashKeyTable: explicitHashKeyTableTag,
  record: recordTag,
  partitionKeyIndex: partitionKeyIndexTag,
  explicitHashKeyIndex: explicitHashKeyIndexTag,
  data: dataTag,
} = aggregateTags;

const firstBytes = 2048;
const { magic, overheadBytes, digestBytes, magicBytes } = aggregateFormat;

/**
 * Writes user records into an aggregate of the KPL's format as they come, and knows at every moment how large it will be.
 *
 * The bytes are the KPL's, for the same user records in the same order: tables in order of first appearance, index 0 written,
 * empty data written. It always writes an aggregate, even of one user record; whether a lone record goes as it is, is for the
 * caller to decide, and so is that all members belong to one shard.
 *
 * Both tables and the records are written as protobuf into growing buffers and joined by {@link AggregateEncoder.seal}. Adding a record costs
 * time in proportion to its key and data, and allocates nothing once the buffers have grown.
 */
export class AggregateEncoder {
  readonly #keyBlock = sharedKeyBlock();
  readonly #partitionKeys = new StringTable(partitionKeyTableTag, this.#keyBlock);
  readonly #explicitHashKeys = new StringTable(explicitHashKeyTableTag, this.#keyBlock);
  readonly #scratchKey: HashKey = new Uint32Array(4);
  #records: Buffer = Buffer.alloc(0);
  #recordsEnd = 0;
  #count = 0;
  /** Bytes of the aggregate as it would be sealed. */
  #sizeBytes: number = overheadBytes;
  /** Of the user record that was measured last: the places that its keys have in their tables, or would have. */
  #partitionKeyIndex = 0;
  /** -1 when it has none. */
  #explicitHashKeyIndex = -1;
  /** Bytes of its message without its own tag and length. */
  #bodyBytes = 0;

  /** User records in the open aggregate. */
  get count(): number {
    return this.#count;
  }

  /** Exact bytes {@link AggregateEncoder.seal} would return now; 0 when there is no user record. */
  get sizeBytes(): number {
    return this.#count === 0 ? 0 : this.#sizeBytes;
  }

  /** Bytes of memory held, used or not. */
  get capacityBytes(): number {
    return this.#records.length + this.#partitionKeys.capacityBytes + this.#explicitHashKeys.capacityBytes;
  }

  /**
   * Exact bytes of the aggregate if this user record were added.
   *
   * @param partitionKey - Partition key.
   * @param explicitHashKey - Normalised explicit hash key (see {@link formatHashKey}), if there is one.
   * @param data - Data; a string stands for its UTF-8 form.
   * @throws AggregationError `INVALID_HASH_KEY` when the explicit hash key is not one.
   */
  sizeWith(partitionKey: string, explicitHashKey: string | undefined, data: Uint8Array | string): number {
    const key = hashKeyOf(partitionKey, explicitHashKey, this.#scratchKey);
    return this.#measure(partitionKey, explicitHashKey, bytesOf(data), key);
  }

  /**
   * Adds a user record, unless the aggregate would then be larger than `maxBytes`.
   *
   * @param partitionKey - Partition key.
   * @param explicitHashKey - Normalised explicit hash key (see {@link formatHashKey}), if there is one. It is written as given.
   * @param data - Data, copied before this returns; a string stands for its UTF-8 form.
   * @param key - The record's hash key, see {@link hashKeyOf}: it finds keys in the tables faster. A wrong one does no harm but
   *   to the size.
   * @param maxBytes - Most bytes the aggregate may have when sealed.
   * @returns Whether it was added. If not, nothing has changed; nor when it throws for want of memory.
   */
  tryAdd(
    partitionKey: string,
    explicitHashKey: string | undefined,
    data: Uint8Array | string,
    key: HashKey,
    maxBytes: number,
  ): boolean {
    const dataBytes = bytesOf(data);
    const sizeBytes = this.#measure(partitionKey, explicitHashKey, dataBytes, key);
    if (sizeBytes > maxBytes) return false;
    const newHashKey =
      this.#explicitHashKeyIndex === this.#explicitHashKeys.count ? explicitHashKey : undefined;
    // All room first: there may be none, and then nothing has changed. The partition keys make their own before they change.
    this.#makeRoom(this.#bodyBytes + 6, maxBytes);
    if (newHashKey !== undefined) this.#explicitHashKeys.makeRoomFor(newHashKey);
    if (this.#partitionKeyIndex === this.#partitionKeys.count) this.#partitionKeys.add(partitionKey);
    if (newHashKey !== undefined) this.#explicitHashKeys.add(newHashKey);
    this.#keyBlock.forget();
    this.#write(data, dataBytes);
    this.#sizeBytes = sizeBytes;
    return true;
  }

  /**
   * The aggregate: magic, message and digest, in memory of its own. The encoder is empty afterwards and ready for the next one.
   *
   * @throws AggregationError `EMPTY_AGGREGATE` when there is no user record.
   */
  seal(): Uint8Array {
    const sealed = this.sealWithoutDigest();
    const messageEnd = sealed.length - digestBytes;
    writeMessageDigest(sealed, magicBytes, messageEnd, sealed, messageEnd);
    return sealed;
  }

  /**
   * {@link AggregateEncoder.seal}, but for the digest: the last 16 bytes are still to be written, by {@link writeAggregateDigests},
   * which takes less time for several aggregates than for each by itself.
   *
   * @throws AggregationError `EMPTY_AGGREGATE` when there is no user record.
   */
  sealWithoutDigest(): Uint8Array {
    // Not zeroed, and not a slice of Node's pool, which a kept aggregate would hold in memory.
    const sealed = new Uint8Array(Buffer.allocUnsafeSlow(this.sizeBytes).buffer);
    this.sealInto(sealed, 0);
    return sealed;
  }

  /**
   * {@link AggregateEncoder.sealWithoutDigest} in memory of the caller: {@link AggregateEncoder.sizeBytes} bytes from `at` on,
   * the last 16 of them left as they are.
   *
   * @param target - Where to write.
   * @param at - Where in it the aggregate begins.
   * @returns Where it ends.
   * @throws AggregationError `EMPTY_AGGREGATE` when there is no user record.
   * @throws RangeError when the target is too small; the user records are still there.
   */
  sealInto(target: Uint8Array, at: number): number {
    if (this.#count === 0) {
      throw new AggregationError('EMPTY_AGGREGATE', 'An aggregate without user records cannot be sealed.', {
        received: 'no user records',
      });
    }
    const sealedEnd = at + this.#sizeBytes;
    if (sealedEnd > target.length) {
      throw new RangeError(`An aggregate up to byte ${sealedEnd} does not fit ${target.length} bytes.`);
    }
    target.set(magic, at);
    let end = this.#partitionKeys.writeTo(target, at + magicBytes);
    end = this.#explicitHashKeys.writeTo(target, end);
    this.#records.copy(target, end, 0, this.#recordsEnd);
    this.reset();
    return sealedEnd;
  }

  /** Drops the user records. Memory is kept for the next aggregate. */
  reset(): void {
    this.#partitionKeys.reset();
    this.#explicitHashKeys.reset();
    this.#recordsEnd = 0;
    this.#count = 0;
    this.#sizeBytes = overheadBytes;
  }

  /** Bytes of the aggregate with this user record. */
  #measure(
    partitionKey: string,
    explicitHashKey: string | undefined,
    dataBytes: number,
    key: HashKey,
  ): number {
    let total = this.#sizeBytes;
    let bodyBytes = 2 + varintLength(dataBytes) + dataBytes;
    let hash = (key[0] as number) | 0;
    this.#explicitHashKeyIndex = -1;
    if (explicitHashKey !== undefined) {
      const table = this.#explicitHashKeys;
      const index = table.placeOf(explicitHashKey, mixed(key));
      if (index === table.count) total += table.bytesOf(explicitHashKey);
      bodyBytes += 1 + varintLength(index);
      this.#explicitHashKeyIndex = index;
      // The same partition key must be found with and without an explicit hash key.
      hash = (hashKeyOf(partitionKey, undefined, this.#scratchKey)[0] as number) | 0;
    }
    const table = this.#partitionKeys;
    const index = table.placeOf(partitionKey, hash);
    if (index === table.count) total += table.bytesOf(partitionKey);
    bodyBytes += varintLength(index);
    this.#partitionKeyIndex = index;
    this.#bodyBytes = bodyBytes;
    return total + 1 + varintLength(bodyBytes) + bodyBytes;
  }

  /** Writes the record that was measured last where there is room for it. */
  #write(data: Uint8Array | string, dataBytes: number): void {
    const bodyBytes = this.#bodyBytes;
    const bytes = this.#records;
    let at = this.#recordsEnd;
    bytes[at] = recordTag;
    at = writeVarint(bytes, at + 1, bodyBytes);
    bytes[at] = partitionKeyIndexTag;
    at = writeVarint(bytes, at + 1, this.#partitionKeyIndex);
    if (this.#explicitHashKeyIndex >= 0) {
      bytes[at] = explicitHashKeyIndexTag;
      at = writeVarint(bytes, at + 1, this.#explicitHashKeyIndex);
    }
    bytes[at] = dataTag;
    at = writeVarint(bytes, at + 1, dataBytes);
    if (typeof data === 'string') writeUtf8(data, dataBytes, bytes, at);
    else bytes.set(data, at);
    this.#recordsEnd = at + dataBytes;
    this.#count++;
  }

  #makeRoom(more: number, maxBytes: number): void {
    const needed = this.#recordsEnd + more;
    if (needed <= this.#records.length) return;
    const doubled = Math.max(this.#records.length * 2, firstBytes);
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, maxBytes)));
    this.#records.copy(grown, 0, 0, this.#recordsEnd);
    this.#records = grown;
  }
}

function bytesOf(data: Uint8Array | string): number {
  return typeof data === 'string' ? utf8Length(data) : data.length;
}

/** A 32-bit hash of a hash key: explicit ones are chosen by people and tend to differ in a few bits only. */
function mixed(key: HashKey): number {
  let hash = key[0] as number;
  for (let word = 1; word < 4; word++)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (key[word] as number);
  return Math.imul(hash ^ (hash >>> 15), 0x297a2d39);
}
