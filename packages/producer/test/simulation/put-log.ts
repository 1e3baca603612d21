import type { Clock } from '@shardline/core';
import type { RecordFailedError } from '../../src/errors.js';
import type { Outcome } from '../../src/outcomes.js';
import type { UserRecord } from '../../src/user-record.js';

/** A record of the scenario and what the producer said of it. */
export interface LoggedPut {
  readonly id: number;
  /** What the producer is given: it says when it was read. */
  readonly record: UserRecord;
  readonly text: string;
  /** When the producer read the payload last, on the process's clock: it does so to accept a record, and never after that. */
  readAtMs: number;
  /** What its own promise said; tryPut has none. */
  told?: Outcome;
  /** When, on the process's clock. */
  toldAtMs?: number;
  /** What `onOutcomes` said, every time. */
  readonly reports: Outcome[];
  /** Put through `tryPut`. */
  readonly silent: boolean;
}

/** All puts of a scenario, in put order. */
export class PutLog {
  readonly puts: LoggedPut[] = [];
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #byText = new Map<string, LoggedPut>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Notes a put before it is made. Every payload is unlike any other. */
  note(given: UserRecord, silent: boolean): LoggedPut {
    const clock = this.#clock;
    const { data } = given;
    const record = {
      ...given,
      get data() {
        put.readAtMs = clock.monotonic();
        return data;
      },
    };
    const id = this.puts.length;
    const put: LoggedPut = {
      id,
      record,
      text: textOf(given),
      readAtMs: clock.monotonic(),
      reports: [],
      silent,
    };
    this.puts.push(put);
    this.#byText.set(put.text, put);
    return put;
  }

  /** Forgets a put that was not accepted. */
  drop(put: LoggedPut): void {
    this.puts.splice(this.puts.indexOf(put), 1);
    this.#byText.delete(put.text);
  }

  find(text: string): LoggedPut | undefined {
    return this.#byText.get(text);
  }

  /** Notes what `onOutcomes` says of records; failed ones are known by what the error reads back, stored ones by the stream. */
  report(outcome: Outcome): void {
    if (outcome.stored) return;
    const { record } = outcome.error as RecordFailedError;
    this.find(textOf(record))?.reports.push(outcome);
  }
}

export function textOf(record: UserRecord): string {
  return typeof record.data === 'string' ? record.data : Buffer.from(record.data).toString();
}

/** What keeps its order: partition key and explicit hash key. */
export function orderKeyOf(record: { partitionKey: string; explicitHashKey?: string | undefined }): string {
  return `${record.explicitHashKey ?? ''} ${record.partitionKey}`;
}
