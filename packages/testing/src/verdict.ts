/** What became of the accepted records. Counts are user records. */
export interface Verdict {
  /** True when nothing in it may not be. */
  readonly ok: boolean;
  /** Reasons why it is not, in words. */
  readonly faults: readonly string[];
  /** Records accepted by the producers. */
  readonly accepted: number;
  /** Accepted records that are in the stream, those reported as failed not counted. */
  readonly stored: number;
  /** Copies beyond the first, of any accepted record. */
  readonly repeats: number;
  /** Accepted records that are not in the stream and were not reported as failed. */
  readonly lost: number;
  /** Accepted records whose first copy stands before that of a record accepted earlier with the same key. */
  readonly outOfOrder: number;
  /** Copies in the stream of something that was not accepted, or accepted with another key. */
  readonly unexpected: number;
  /** Copies in the stream whose checksum is not that of the accepted record. */
  readonly altered: number;
  /** Accepted records that the producer reported as failed. */
  readonly failed: number;
  /** Those among the failed that are in the stream. */
  readonly failedButStored: number;
  /** Those among the failed but stored of which the producer had said that they were not stored. */
  readonly wronglyFailed: number;
  /** Ids accepted twice, reported as failed twice, or reported as failed without having been accepted. */
  readonly misreported: number;
  /** User records that a consumer would not deliver, as counted by the reader. */
  readonly dropped: number;
  /** Records of the stream as the service counts them. */
  readonly records: number;
  /** The first few of each kind of trouble. */
  readonly examples: VerdictExamples;
}

/** The first few records of each kind of trouble: ids, or words where there is no id. */
export interface VerdictExamples {
  /** Of {@link Verdict.lost}. */
  readonly lost: readonly string[];
  /** Of {@link Verdict.repeats}. */
  readonly repeats: readonly string[];
  /** Of {@link Verdict.outOfOrder}. */
  readonly outOfOrder: readonly string[];
  /** Of {@link Verdict.unexpected}. */
  readonly unexpected: readonly string[];
  /** Of {@link Verdict.altered}. */
  readonly altered: readonly string[];
  /** Of {@link Verdict.wronglyFailed}. */
  readonly wronglyFailed: readonly string[];
  /** Of {@link Verdict.misreported}. */
  readonly misreported: readonly string[];
}

/** The kinds of trouble that examples are kept of. */
export type Trouble = keyof VerdictExamples;
