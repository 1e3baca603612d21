import { AggregationError, describeValue } from './aggregation-error.js';

/** A record as GetRecords and SubscribeToShard give it through the AWS SDK. Only what is used here is asked for. */
export interface KinesisRecord {
  /** Data as it is stored: of one user record, or an aggregate. It must be there. */
  readonly Data?: Uint8Array | undefined;
  /** Partition key. Absent where the stream chooses the shard (record distribution AUTO). */
  readonly PartitionKey?: string | undefined;
  /** Sequence number, in decimal. */
  readonly SequenceNumber?: string | undefined;
  /** When Kinesis received it. */
  readonly ApproximateArrivalTimestamp?: Date | undefined;
  /** `NONE` or `KMS`. */
  readonly EncryptionType?: string | undefined;
}

/** A record as Lambda gives it. */
export interface LambdaKinesisRecord {
  /** The record of Kinesis. */
  readonly kinesis: {
    /** Data as it is stored, in base64. */
    readonly data: string;
    /** Partition key. Absent where the stream chooses the shard (record distribution AUTO). */
    readonly partitionKey?: string | undefined;
    /** Sequence number, in decimal. */
    readonly sequenceNumber: string;
    /** Seconds since 1970. */
    readonly approximateArrivalTimestamp?: number | undefined;
  };
  /** Shard id and sequence number, with a colon between them. */
  readonly eventID?: string | undefined;
}

/**
 * What `deaggregate` reads: records of Kinesis or Lambda, something that has them as `Records` (`undefined` stands for none),
 * or the data of one record.
 */
export type DeaggregateInput =
  | Uint8Array
  | KinesisRecord
  | LambdaKinesisRecord
  | readonly (Uint8Array | KinesisRecord | LambdaKinesisRecord)[]
  | { readonly Records?: readonly (KinesisRecord | LambdaKinesisRecord)[] | undefined };

/** A record as Kinesis stores it, aggregated or not, from whatever source. */
export interface StoredRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string | undefined;
  /** Empty when only the data is known. */
  readonly sequenceNumber: string;
  readonly arrival: Date | undefined;
  readonly encryptionType: string | undefined;
  /** Id that Lambda gave the record. */
  readonly eventId: string | undefined;
}

/** One element of the input, known to be what it should be. */
export type StoredRecordSource = Uint8Array | KinesisRecord | LambdaKinesisRecord;

/**
 * The records of an input.
 *
 * @throws AggregationError `INVALID_INPUT` when there is anything else among them.
 */
export function sourcesOf(input: DeaggregateInput): readonly StoredRecordSource[] {
  const found = listOf(input);
  found.forEach((source, at) => {
    if (isSource(source)) return;
    const received = describeValue(source);
    const where = found === input || found.length > 1 ? ` at index ${at}` : '';
    throw new AggregationError(
      'INVALID_INPUT',
      `deaggregate takes records of Kinesis (with Data), records of Lambda (with kinesis.data) or bytes; received ${received}${where}.`,
      { received },
    );
  });
  return found as readonly StoredRecordSource[];
}

/** Brings one record into the form of all. Base64 is decoded here. */
export function storedRecordOf(source: StoredRecordSource): StoredRecord {
  if (source instanceof Uint8Array) return fromBytes(source);
  return 'kinesis' in source ? fromLambda(source) : fromKinesis(source);
}

function listOf(input: DeaggregateInput): readonly unknown[] {
  if (Array.isArray(input)) return input;
  if (typeof input !== 'object' || input === null || input instanceof Uint8Array) return [input];
  if (!('Records' in input)) return [input];
  if (input.Records === undefined) return [];
  return Array.isArray(input.Records) ? input.Records : [input];
}

function isSource(source: unknown): source is StoredRecordSource {
  if (source instanceof Uint8Array) return true;
  if (typeof source !== 'object' || source === null) return false;
  if ('kinesis' in source) {
    const { kinesis } = source as { kinesis: unknown };
    return (
      typeof kinesis === 'object' && kinesis !== null && 'data' in kinesis && typeof kinesis.data === 'string'
    );
  }
  return 'Data' in source && source.Data instanceof Uint8Array;
}

function fromBytes(data: Uint8Array): StoredRecord {
  return {
    data,
    partitionKey: undefined,
    sequenceNumber: '',
    arrival: undefined,
    encryptionType: undefined,
    eventId: undefined,
  };
}

function fromKinesis(record: KinesisRecord): StoredRecord {
  return {
    data: record.Data as Uint8Array,
    partitionKey: record.PartitionKey,
    sequenceNumber: record.SequenceNumber ?? '',
    arrival: record.ApproximateArrivalTimestamp,
    encryptionType: record.EncryptionType,
    eventId: undefined,
  };
}

function fromLambda({ kinesis, eventID }: LambdaKinesisRecord): StoredRecord {
  const seconds = kinesis.approximateArrivalTimestamp;
  return {
    data: Buffer.from(kinesis.data, 'base64'),
    partitionKey: kinesis.partitionKey,
    sequenceNumber: kinesis.sequenceNumber,
    arrival: seconds === undefined ? undefined : new Date(Math.round(seconds * 1000)),
    encryptionType: undefined,
    eventId: eventID,
  };
}
