import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** A user record that was given to the KPL. */
export interface GoldenInput {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly data: Uint8Array;
}

/** A record that the KPL put. */
export interface GoldenRecord {
  readonly partitionKey: string;
  readonly explicitHashKey: string;
  readonly length: number;
  readonly sha256: string;
  readonly aggregated: boolean;
  /** The members, in stored order. */
  readonly userRecords: readonly GoldenInput[];
  readonly partitionKeyTable: readonly string[];
  readonly explicitHashKeyTable: readonly string[];
}

/** What one capture of the real KPL holds; see golden/kpl/README.md. */
export interface GoldenCase {
  readonly name: string;
  readonly shards: number;
  /** KPL's AggregationMaxSize in this case. */
  readonly aggregationMaxBytes: number;
  readonly inputs: readonly GoldenInput[];
  readonly records: readonly GoldenRecord[];
}

interface Blob {
  readonly data?: string;
  readonly patternSeed?: number;
  readonly dataLength?: number;
  readonly dataSha256?: string;
}

interface CaseFile {
  readonly case: string;
  readonly shards: number;
  readonly config: { readonly aggmax?: string };
  readonly inputs: readonly (Blob & { readonly partitionKey: string; readonly explicitHashKey?: string })[];
  readonly records: readonly (Blob & {
    readonly partitionKey: string;
    readonly explicitHashKey: string;
    readonly length: number;
    readonly aggregated: boolean;
    readonly userRecords: readonly number[];
    readonly partitionKeyTable?: readonly string[];
    readonly explicitHashKeyTable?: readonly string[];
  })[];
}

const folder = new URL('./golden/kpl/', import.meta.url);

/** All captured cases. */
export function goldenCases(): readonly GoldenCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'request-example.json')
    .map((file) => goldenCase(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CaseFile));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function goldenCase(file: CaseFile): GoldenCase {
  const inputs = file.inputs.map((input) => ({ ...input, data: bytesOf(input) }));
  return {
    name: file.case,
    shards: file.shards,
    aggregationMaxBytes: Number(file.config.aggmax ?? 51_200),
    inputs,
    records: file.records.map((record) => ({
      ...record,
      sha256: record.data === undefined ? (record.dataSha256 ?? '') : sha256(bytesOf(record)),
      userRecords: record.userRecords.map((index) => inputs[index] as GoldenInput),
      partitionKeyTable: record.partitionKeyTable ?? [],
      explicitHashKeyTable: record.explicitHashKeyTable ?? [],
    })),
  };
}

/** Data as given, or the pattern that stands for large data. */
function bytesOf(blob: Blob): Uint8Array {
  if (blob.data !== undefined) return new Uint8Array(Buffer.from(blob.data, 'base64'));
  const { patternSeed = 0, dataLength = 0, dataSha256 } = blob;
  const bytes = new Uint8Array(dataLength);
  for (let at = 0; at < dataLength; at++)
    bytes[at] = (31 * at + 17 * patternSeed + Math.floor(at / 256)) % 256;
  if (sha256(bytes) !== dataSha256)
    throw new Error(`pattern ${patternSeed} of ${dataLength} bytes has another digest`);
  return bytes;
}
