import { decodeAggregate } from '@shardline/aggregation';
import { type Attempt, withAttempt } from './attempt.js';
import type { Members } from './members.js';
import type { UserRecord } from './user-record.js';

/** What goes into a PutRecords entry. */
export interface EntryContent {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** Whether `data` is an aggregate. */
  readonly aggregated: boolean;
}

/** One record for the service, with everything known of it from sealing to settling: an aggregate, or one user record. */
export class Entry implements EntryContent {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly aggregated: boolean;
  readonly members: Members;
  /** What it takes of a shard's byte limit: data plus partition key. */
  readonly bytes: number;
  attempts: readonly Attempt[] = [];
  /** Whether an attempt without a clear answer may have stored it (P1). */
  mayBeStored = false;
  /** Most entries in a request with this one; halved while a refused request is narrowed down to the bad entry (P7). */
  maxCompanions = Number.POSITIVE_INFINITY;
  #lastEndMs: number;

  constructor(content: EntryContent, members: Members) {
    this.data = content.data;
    this.partitionKey = content.partitionKey;
    this.explicitHashKey = content.explicitHashKey;
    this.aggregated = content.aggregated;
    this.members = members;
    this.bytes = content.data.length + Buffer.byteLength(content.partitionKey);
    this.#lastEndMs = members.oldestPutAtMs;
  }

  /** What of a single record keeps its order (P3): partition key and explicit hash key. */
  get orderKey(): string {
    return this.explicitHashKey === undefined
      ? this.partitionKey
      : `${this.explicitHashKey} ${this.partitionKey}`;
  }

  /** The user records inside, in put order. */
  records(): readonly UserRecord[] {
    if (!this.aggregated) return [plainRecord(this)];
    const decoded = decodeAggregate(this.data);
    if (!decoded)
      throw new Error('An aggregate made here cannot be read back; this is a defect of the producer.');
    return decoded.map(plainRecord);
  }

  /** Takes over the history of the entry that this one was cut out of. */
  inherit(from: Entry): this {
    this.attempts = from.attempts;
    this.mayBeStored = from.mayBeStored;
    this.maxCompanions = from.maxCompanions;
    if (from.attempts.length > 0) this.#lastEndMs = from.#lastEndMs;
    return this;
  }

  /** Adds an attempt to the history. */
  attempted(
    sentMs: number,
    endMs: number,
    result: Pick<Attempt, 'success' | 'errorCode' | 'errorMessage'>,
  ): void {
    const delayMs = Math.max(0, sentMs - this.#lastEndMs);
    this.attempts = withAttempt(this.attempts, { delayMs, durationMs: endMs - sentMs, ...result });
    this.#lastEndMs = endMs;
  }
}

/** A record as it was put: no more members than that. */
function plainRecord(
  record: Pick<EntryContent, 'partitionKey' | 'data'> & { explicitHashKey?: string | undefined },
): UserRecord {
  const { partitionKey, explicitHashKey, data } = record;
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
}
