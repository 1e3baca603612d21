import type { RecordFailedError } from '../../src/errors.js';
import type { Outcome } from '../../src/outcomes.js';
import type { UserRecord } from '../../src/user-record.js';

/** A record of the scenario and what the producer said of it. */
export interface LoggedPut {
  readonly id: number;
  readonly record: UserRecord;
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
  readonly #byText = new Map<string, LoggedPut>();

  /** Notes a put before it is made. Every payload is unlike any other. */
  note(record: UserRecord, silent: boolean): LoggedPut {
    const put: LoggedPut = { id: this.puts.length, record, reports: [], silent };
    this.puts.push(put);
    this.#byText.set(textOf(record), put);
    return put;
  }

  /** Forgets a put that was not accepted. */
  drop(put: LoggedPut): void {
    this.puts.splice(this.puts.indexOf(put), 1);
    this.#byText.delete(textOf(put.record));
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
