import type { KinesisRecord } from '@shardline/aggregation';

/** An answer of GetRecords, taken apart: its records, and what else it says. */
export interface TakenRecords {
  readonly records: readonly KinesisRecord[];
  /** JSON without the records. */
  readonly rest: string;
}

interface JsonRecord {
  readonly Data?: unknown;
  readonly PartitionKey?: unknown;
  readonly SequenceNumber?: unknown;
  readonly ApproximateArrivalTimestamp?: unknown;
  readonly EncryptionType?: unknown;
}

/**
 * Takes the records out of the body of an answer of GetRecords in JSON. Undefined where it is not as the service writes it: then the SDK
 * is to read it, and to say what is wrong.
 *
 * The SDK matches the data of every record against a regular expression before it decodes them, and walks a schema for each: as much
 * work as all the rest of reading.
 */
export function takeRecords(body: Uint8Array): TakenRecords | undefined {
  const { Records, ...rest } = jsonOf(body);
  if (!Array.isArray(Records)) return undefined;
  const records: KinesisRecord[] = [];
  for (const record of Records as readonly JsonRecord[]) {
    const taken = recordOf(record);
    if (taken === undefined) return undefined;
    records.push(taken);
  }
  return { records, rest: JSON.stringify(rest) };
}

/** An empty object where it is none. */
function jsonOf(body: Uint8Array): { readonly Records?: unknown } {
  try {
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    // The SDK comes to the same end, and has an error for it.
    return {};
  }
}

function recordOf(record: JsonRecord): KinesisRecord | undefined {
  const { Data, PartitionKey, SequenceNumber, ApproximateArrivalTimestamp: seconds, EncryptionType } = record;
  if (
    typeof Data !== 'string' ||
    !isText(PartitionKey) ||
    !isText(SequenceNumber) ||
    !isText(EncryptionType)
  ) {
    return undefined;
  }
  if (seconds !== undefined && typeof seconds !== 'number') return undefined;
  const data = Buffer.from(Data, 'base64');
  // Node passes over what is no base64; then there is less than the length promises.
  if (data.length !== Buffer.byteLength(Data, 'base64') || Data.length % 4 !== 0) return undefined;
  return {
    Data: data,
    PartitionKey,
    SequenceNumber,
    ApproximateArrivalTimestamp: seconds === undefined ? undefined : new Date(Math.round(seconds * 1_000)),
    EncryptionType,
  };
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
