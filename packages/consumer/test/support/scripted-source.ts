import type { KinesisRecord } from '@shardline/aggregation';
import { compareSequenceNumbers, isInitial } from '../../src/checkpoint.js';
import type { ChildShard } from '../../src/kinesis-reads.js';
import {
  type RecordBatch,
  type RecordSource,
  SourceEndedError,
  type SourceStart,
} from '../../src/record-source.js';
import { type Members, stored } from './stored-records.js';

interface Page {
  readonly records: readonly KinesisRecord[];
  readonly end: RecordBatch['end'];
}

/** A shard in memory: gives the pages that the test wrote, from the place at which it is opened. */
export class ScriptedSource implements RecordSource {
  /** Every opening, in order. */
  readonly starts: SourceStart[] = [];
  /** Batches that are with whoever reads, and not given back. */
  inHand = 0;
  readonly #pages: Page[] = [];
  #written = 0;
  #left: Page[] | undefined;
  #ended: SourceEndedError | undefined;
  #waiting: { give(batch: RecordBatch): void; fail(error: SourceEndedError): void } | undefined;

  /** Writes one page; with `children` it is the last. Returns the number of its last stored record. */
  write(all: readonly Members[], children?: readonly ChildShard[]): number {
    const records = all.map((members, index) => stored(this.#written + 1 + index, members));
    this.#written += all.length;
    const page = { records, end: children && { childShards: children } };
    this.#pages.push(page);
    this.#left?.push(page);
    this.#serve();
    return this.#written;
  }

  /** The service has it no more. */
  vanish(reason: 'shard-gone' | 'stream-gone', cause: unknown): void {
    this.#end(new SourceEndedError(reason, cause));
  }

  /** What a source never does. */
  break(error: Error): void {
    this.#end(error as SourceEndedError);
  }

  open(start: SourceStart): void {
    this.close();
    this.starts.push(start);
    const { checkpoint } = start;
    const isWanted = ({ SequenceNumber }: KinesisRecord) =>
      isInitial(checkpoint) || compareSequenceNumbers(SequenceNumber ?? '', checkpoint.sequenceNumber) >= 0;
    const pages = this.#pages.map(({ records, end }) => ({ records: records.filter(isWanted), end }));
    this.#left = pages.filter(({ records, end }) => records.length > 0 || end);
  }

  next(): Promise<RecordBatch> {
    return new Promise((give, fail) => {
      this.#waiting = { give, fail };
      this.#serve();
    });
  }

  close(): void {
    this.#left = undefined;
    this.#serve();
  }

  #end(error: SourceEndedError): void {
    this.#ended = error;
    this.#serve();
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const page = this.#ended === undefined ? this.#left?.shift() : undefined;
    if (page === undefined && this.#left !== undefined && this.#ended === undefined) return;
    this.#waiting = undefined;
    if (page === undefined) {
      waiting.fail(this.#ended ?? new SourceEndedError('closed'));
      return;
    }
    let mine = true;
    this.inHand += 1;
    const release = () => {
      if (mine) this.inHand -= 1;
      mine = false;
    };
    waiting.give({ ...page, millisBehindLatest: 0, release });
  }
}
