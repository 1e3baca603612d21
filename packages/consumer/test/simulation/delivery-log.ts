import type { UserRecord } from '@shardline/aggregation';
import type { Checkpoint } from '../../src/checkpoint.js';

/** One time for which a worker has a shard's lease. */
export interface Life {
  readonly shardId: string;
  readonly workerId: string;
  /** The checkpoint with which the lease was gained. */
  readonly checkpoint: Checkpoint;
  /** Of a life that begins at LATEST, when its first read was answered: it passes over nothing that was put since. */
  readSinceMs: number | undefined;
}

/** One call of a handler, with one record or a batch. */
export interface Call {
  readonly life: Life;
  readonly records: readonly { readonly place: string; readonly text: string }[];
  readonly startedStep: number;
  /** Undefined while it runs; for good when its process was killed. */
  outcome: 'succeeded' | 'failed' | undefined;
}

/** Everything that handlers were given, by all workers, in order. Steps number what happens: within a millisecond, too, one is first. */
export class DeliveryLog {
  readonly calls: Call[] = [];
  readonly #done = new Map<string, number>();
  readonly #lastCalls = new Map<Life, Call>();
  #steps = 0;

  /** What was noted last. */
  get step(): number {
    return this.#steps;
  }

  /** Notes that a handler is given records. */
  begin(life: Life, records: readonly UserRecord[]): Call {
    this.#steps += 1;
    const noted = records.map((record) => ({ place: placeOf(record), text: record.text() }));
    const call: Call = { life, records: noted, startedStep: this.#steps, outcome: undefined };
    this.calls.push(call);
    this.#lastCalls.set(life, call);
    return call;
  }

  /** Notes that the work on all records of a call is done, whatever becomes of the call. */
  finish({ life, records }: Call): void {
    this.#steps += 1;
    for (const { place } of records) {
      const key = `${life.shardId}/${place}`;
      if (!this.#done.has(key)) this.#done.set(key, this.#steps);
    }
  }

  /** Notes how a call ends. */
  settle(call: Call, outcome: 'succeeded' | 'failed'): void {
    this.#steps += 1;
    call.outcome = outcome;
  }

  /** Whether the last call of a life has failed. */
  hasFailed(life: Life | undefined): boolean {
    return life !== undefined && this.#lastCalls.get(life)?.outcome === 'failed';
  }

  /** When the record at a place was done first; infinite while it is not. */
  doneStep(shardId: string, place: string): number {
    return this.#done.get(`${shardId}/${place}`) ?? Number.POSITIVE_INFINITY;
  }
}

/** A place in a shard as text. */
export function placeOf(record: {
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}): string {
  return `${record.sequenceNumber}/${record.subSequenceNumber}`;
}
