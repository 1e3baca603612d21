/** A user record as it stands in the stream. */
export interface StoredUserRecord {
  /** The shard that holds it. */
  readonly shardId: string;
  /** Sequence number of the record that it is, or is in. */
  readonly sequenceNumber: string;
  /** Its index in its aggregate; 0 when it is not in one. */
  readonly subSequenceNumber: number;
  /** Whether it was stored in an aggregate. */
  readonly aggregated: boolean;
  /** Its own partition key. */
  readonly partitionKey: string;
  /** In an aggregate, as the producer wrote it. The service does not give back that of a record stored alone. */
  readonly explicitHashKey: string | undefined;
  /** Its own data. */
  readonly data: Uint8Array;
}

/** What one read of a shard brought. */
export interface StoredPage {
  /** The shard that was read. */
  readonly shardId: string;
  /** User records in the order of the shard. */
  readonly userRecords: readonly StoredUserRecord[];
  /** Records as the service counts them: an aggregate is one. */
  readonly records: number;
  /** User records left out because a consumer would not deliver them (`readAs`). */
  readonly dropped: number;
}
