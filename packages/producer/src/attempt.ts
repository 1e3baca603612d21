/** One try to store a Kinesis record. KPL: Attempt. */
export interface Attempt {
  /** Wait since the record was put, or since the end of the attempt before, in milliseconds. */
  readonly delayMs: number;
  /** From sending to the answer, in milliseconds. */
  readonly durationMs: number;
  /** Whether the service stored the record and the producer acknowledged it. */
  readonly success: boolean;
  /** The service's error name, Node's code of a broken connection, or `WrongShard` (P4); absent on success. */
  readonly errorCode?: string;
  /** The service's own words. */
  readonly errorMessage?: string;
}

/** Longest history kept: the first attempts and the newest one stay, the middle is dropped (P2). */
const maxAttemptsKept = 32;

/** `history` with `attempt` at its end; never changes `history`, which several records may share. */
export function withAttempt(history: readonly Attempt[], attempt: Attempt): readonly Attempt[] {
  return [...history.slice(0, maxAttemptsKept - 1), attempt];
}
