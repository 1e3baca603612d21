/** What became of the accepted records on their way through the consumers. Counts are user records. */
export interface DeliveryVerdict {
  /** True when nothing in it may not be. */
  readonly ok: boolean;
  /** Reasons why it is not, in words. */
  readonly faults: readonly string[];
  /** Records accepted by the producers. */
  readonly accepted: number;
  /** Accepted records that were delivered once or more, those reported as failed not counted. */
  readonly delivered: number;
  /** Deliveries beyond the first of any accepted record: `samePlace` and `storedAgain` together. */
  readonly deliveredAgain: number;
  /** Those from a place in the stream that was delivered before: after a crash, or a hand-off without a checkpoint. */
  readonly samePlace: number;
  /** Those from another place: the stream holds the record more than once. */
  readonly storedAgain: number;
  /** Accepted records that were never delivered and were not reported as failed. */
  readonly lost: number;
  /** Records delivered ahead of an older one of their key, by one worker or by their places in the stream. */
  readonly outOfOrder: number;
  /** Deliveries of what was not accepted, or accepted with another key, or of two records from one place. */
  readonly unexpected: number;
  /** Accepted records that the producer reported as failed. */
  readonly failed: number;
  /** Those among the failed that were delivered. */
  readonly failedButDelivered: number;
  /** Those among the failed but delivered of which the producer had said that they were not stored. */
  readonly wronglyFailed: number;
  /** Ids accepted twice, reported as failed twice, or reported as failed without having been accepted. */
  readonly misreported: number;
  /** For each ledger of a worker, in the order given, how many records were delivered to it. */
  readonly deliveries: readonly number[];
  /** The first few of each kind of trouble. */
  readonly examples: DeliveryExamples;
}

/** The first few records of each kind of trouble: ids, with words where the id does not say it all. */
export interface DeliveryExamples {
  /** Of {@link DeliveryVerdict.samePlace}. */
  readonly samePlace: readonly string[];
  /** Of {@link DeliveryVerdict.storedAgain}. */
  readonly storedAgain: readonly string[];
  /** Of {@link DeliveryVerdict.lost}. */
  readonly lost: readonly string[];
  /** Of {@link DeliveryVerdict.outOfOrder}. */
  readonly outOfOrder: readonly string[];
  /** Of {@link DeliveryVerdict.unexpected}. */
  readonly unexpected: readonly string[];
  /** Of {@link DeliveryVerdict.wronglyFailed}. */
  readonly wronglyFailed: readonly string[];
  /** Of {@link DeliveryVerdict.misreported}. */
  readonly misreported: readonly string[];
}

/** The kinds of trouble that examples are kept of. */
export type DeliveryTrouble = keyof DeliveryExamples;
