import type { KinesisRecord } from '@shardline/aggregation';
import { type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { isInitial } from './checkpoint.js';
import type { KinesisReads, ReadPosition, RecordsPage } from './kinesis-reads.js';
import { isLastingFault } from './read-refusal.js';
import type { SourceStart } from './record-source.js';

/** A read that failed, and in which call. */
export interface FailedRead {
  readonly call: 'ListShards' | 'GetShardIterator' | 'GetRecords';
  readonly fault: ServiceFault;
  /** Whether the next try may pass without anybody's doing. */
  readonly mayPass: boolean;
}

/** The service's name for an iterator that was not used for five minutes. */
export const expiredIterator = 'ExpiredIteratorException';

/** One try to read on. */
export type ReadTry =
  | { readonly page: RecordsPage; readonly bytes: number; readonly failed?: never }
  | { readonly failed: FailedRead };

/** Makes one call of the service, with whatever time-out it gets. */
export type MakeCall = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/**
 * Where a shard is read: a position that outlives every iterator, and the iterator that stands there.
 *
 * ```
 * no iterator ──GetShardIterator──▶ iterator ──GetRecords, accept──▶ the page's next iterator
 *       ▲──────────expired, refused, or an answer that cannot be──────┘
 * ```
 */
export class ShardCursor {
  readonly #reads: Pick<KinesisReads, 'getShardIterator' | 'getRecords'>;
  readonly #shardId: string;
  readonly #latestMs: (makeCall: MakeCall) => Promise<number>;
  #position: ReadPosition;
  #iterator: string | undefined;

  /** `latestMs` gives the time that stands for LATEST where none was kept. */
  constructor(
    reads: Pick<KinesisReads, 'getShardIterator' | 'getRecords'>,
    shardId: string,
    start: SourceStart,
    latestMs: (makeCall: MakeCall) => Promise<number>,
  ) {
    this.#reads = reads;
    this.#shardId = shardId;
    this.#latestMs = latestMs;
    this.#position = positionOf(start);
  }

  /** Reads the page that comes next, of `limit` records at most, without moving. Never rejects. */
  async read(makeCall: MakeCall, limit: number): Promise<ReadTry> {
    let call: FailedRead['call'] = 'ListShards';
    try {
      if (this.#position.type === 'latest')
        this.#position = { type: 'at-timestamp', timestampMs: await this.#latestMs(makeCall) };
      call = 'GetShardIterator';
      const iterator =
        this.#iterator ??
        (await makeCall((signal) => this.#reads.getShardIterator(this.#shardId, this.#position, signal)));
      this.#iterator = iterator;
      call = 'GetRecords';
      const page = await makeCall((signal) => this.#reads.getRecords(iterator, limit, signal));
      const bytes = bytesOf(page.records);
      if (bytes === undefined)
        return { failed: this.malformed('a record has no data or no sequence number') };
      return { page, bytes };
    } catch (error) {
      return { failed: this.#failed(call, serviceFaultOf(error)) };
    }
  }

  /** Moves behind a page. */
  accept(page: RecordsPage): void {
    const last = page.records.at(-1)?.SequenceNumber;
    if (last !== undefined) this.#position = { type: 'after-sequence-number', sequenceNumber: last };
    this.#iterator = page.nextIterator;
  }

  /** Has the next read make a new iterator: behind the last record received, or where the shard was begun. */
  renew(): void {
    this.#iterator = undefined;
  }

  /** The failure of an answer that cannot be; it is asked for again with a new iterator. */
  malformed(why: string): FailedRead {
    this.renew();
    const fault: ServiceFault = {
      kind: 'transient',
      name: 'MalformedAnswer',
      message: `The answer was not accepted: ${why}.`,
      answered: true,
      sent: true,
      cause: undefined,
    };
    return { call: 'GetRecords', fault, mayPass: true };
  }

  #failed(call: FailedRead['call'], fault: ServiceFault): FailedRead {
    if (!isLastingFault(fault)) return { call, fault, mayPass: true };
    const isIteratorsFault =
      fault.name === expiredIterator || fault.kind === 'refused' || fault.kind === 'not-found';
    if (call === 'GetRecords') {
      if (isIteratorsFault) this.renew();
      return { call, fault, mayPass: isIteratorsFault };
    }
    // A time that lies in the service's future will come.
    const isEarly = fault.kind === 'refused' && this.#position.type === 'at-timestamp';
    return { call, fault, mayPass: isEarly };
  }
}

/** C6: while there is no number, the time that was kept decides, so that a second start begins where the first did. */
function positionOf({ checkpoint, startAtMs }: SourceStart): ReadPosition {
  const { sequenceNumber } = checkpoint;
  // Inclusive: of a record that is done in part, the rest is still to be delivered.
  if (!isInitial(checkpoint)) return { type: 'at-sequence-number', sequenceNumber };
  if (sequenceNumber === 'TRIM_HORIZON') return { type: 'trim-horizon' };
  if (startAtMs !== undefined) return { type: 'at-timestamp', timestampMs: startAtMs };
  // A time that nobody kept: passing records over would be worse than repeating them. LATEST becomes a time before it is used.
  return { type: sequenceNumber === 'LATEST' ? 'latest' : 'trim-horizon' };
}

/** Data and partition keys of a page; undefined where a record lacks what it must have. */
function bytesOf(records: readonly KinesisRecord[]): number | undefined {
  let bytes = 0;
  for (const { Data, PartitionKey, SequenceNumber } of records) {
    if (Data === undefined || !SequenceNumber) return undefined;
    bytes += Data.length + (PartitionKey?.length ?? 0);
  }
  return bytes;
}
