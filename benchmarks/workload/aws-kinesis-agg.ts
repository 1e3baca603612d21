import { createRequire } from 'node:module';

/** The parts of aws-kinesis-agg 4.2.8 in use. Its own declarations lack the aggregator and need the AWS SDK 2. */
export interface AwsKinesisAgg {
  readonly RecordAggregator: new () => AwsRecordAggregator;
  deaggregateSync(
    record: { readonly data: Uint8Array; readonly partitionKey?: string; readonly sequenceNumber?: string },
    computeChecksums: boolean,
    done: (error: Error | undefined, records?: AwsUserRecord[]) => void,
  ): void;
}

export interface AwsRecordAggregator {
  readonly totalBytes: number;
  length(): number;
  addUserRecord(record: { partitionKey: string; data: Uint8Array }): void;
  /** The aggregate; the aggregator is empty afterwards. */
  build(): { readonly data: Buffer };
}

export interface AwsUserRecord {
  readonly partitionKey: string;
  /** Absent where the record was not aggregated. */
  readonly subSequenceNumber?: number;
  /** Base64. */
  readonly data: string;
}

export const awsKinesisAgg = createRequire(import.meta.url)('aws-kinesis-agg') as AwsKinesisAgg;
