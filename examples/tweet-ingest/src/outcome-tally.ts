import { type Outcomes, RecordFailedError } from '@shardline/producer';

/** Counts what became of tweets. Given to the producer as `onOutcomes`, once for every Kinesis record. */
export class OutcomeTally {
  readonly #failedByCode = new Map<string, number>();
  readonly #messageByCode = new Map<string, { readonly text: string; readonly telling: boolean }>();
  #stored = 0;
  #storedRecords = 0;

  /** Tweets stored. */
  get stored(): number {
    return this.#stored;
  }

  /** Kinesis records that hold them. */
  get storedRecords(): number {
    return this.#storedRecords;
  }

  /** Tweets not stored, by error code. */
  get failedByCode(): ReadonlyMap<string, number> {
    return this.#failedByCode;
  }

  /** What one of the errors of each code says: one that knows how an attempt ended, if there is such. */
  get messageByCode(): ReadonlyMap<string, string> {
    return new Map([...this.#messageByCode].map(([code, { text }]) => [code, text]));
  }

  /** Takes note of one Kinesis record's outcomes. */
  readonly add = (outcomes: Outcomes): void => {
    let failed = 0;
    for (const { error } of outcomes.failures()) {
      failed += 1;
      this.addFailure(error);
    }
    this.#stored += outcomes.length - failed;
    if (failed < outcomes.length) this.#storedRecords += 1;
  };

  /** Takes note of a tweet that failed with `error`. */
  addFailure(error: unknown): void {
    const code = codeOf(error);
    this.#failedByCode.set(code, (this.#failedByCode.get(code) ?? 0) + 1);
    if (this.#messageByCode.get(code)?.telling) return;
    const telling = knowsWhy(error);
    if (!telling && this.#messageByCode.has(code)) return;
    const text = error instanceof Error ? error.message : String(error);
    this.#messageByCode.set(code, { text: text.replace(/\s+/g, ' ').trim(), telling });
  }
}

/** Whether the last attempt was answered, or ended by itself: not a record that was never sent, nor one that `close()` took back. */
function knowsWhy(error: unknown): boolean {
  if (!(error instanceof RecordFailedError)) return false;
  const errorCode = error.attempts.at(-1)?.errorCode;
  return errorCode !== undefined && errorCode !== 'ShutdownTimeout';
}

/** The stable code of a Shardline error, or the name of another one. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
