/** One try to store a Kinesis record. KPL: Attempt. */
export interface Attempt {
  /** Wait since the record was put, or since the end of the attempt before, in milliseconds. */
  readonly delayMs: number;
  /** From sending to the answer, in milliseconds. */
  readonly durationMs: number;
  /** Whether the service stored the record and the producer acknowledged it. */
  readonly success: boolean;
  /** The service's error name, Node's code of a broken connection, or `WrongShard` and `UnknownShard` (P4); absent on success. */
  readonly errorCode?: string;
  /** The service's own words; absent where one answer has more than four different ones for the records of a shard. */
  readonly errorMessage?: string;
}

/** Of a long history the first attempts stay and the newest ones: a record that fails for long must not grow by that (P2). */
const firstKept = 2;
const newestKept = 4;

/** The history of what was never sent. */
export const noAttempts: readonly Attempt[] = Object.freeze([]);

/** `history` with `attempt` at its end; never changes `history`, which several records may share. */
export function withAttempt(history: readonly Attempt[], attempt: Attempt): readonly Attempt[] {
  if (history.length === 0) return [attempt];
  // Not by `...`: that leaves room for sixteen more.
  if (history.length < firstKept + newestKept) return history.concat(attempt);
  return history.slice(0, firstKept).concat(history.slice(firstKept + 1), attempt);
}
