import type { Outcomes } from '@shardline/producer';

/** Counts what became of tweets. Given to the producer as `onOutcomes`, once for every Kinesis record. */
export class OutcomeTally {
  readonly #failedByCode = new Map<string, number>();
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
  }
}

/** The stable code of a Shardline error, or the name of another one. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
