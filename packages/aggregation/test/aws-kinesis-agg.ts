import { createRequire } from 'node:module';

/** What aws-kinesis-agg gives back. */
export interface AwsUserRecord {
  readonly partitionKey: string;
  readonly explicitPartitionKey?: string;
  readonly subSequenceNumber: number;
  /** Base64. */
  readonly data: string;
}

/** The calls used here. The types of the package ask for those of the AWS SDK version 2. */
interface AwsKinesisAgg {
  deaggregateSync(
    record: { readonly data: string },
    checkDigest: boolean,
    done: (error: Error | null, records?: AwsUserRecord[]) => void,
  ): void;
}

const require = createRequire(import.meta.url);
const library = require('aws-kinesis-agg') as AwsKinesisAgg;

// Under the export conditions of the test runner its protobufjs loads the ES module of `long`, and finds a namespace instead of the class.
const { util, configure } = createRequire(require.resolve('aws-kinesis-agg'))('protobufjs') as {
  readonly util: { Long?: { readonly default?: object } };
  configure(): void;
};
if (util.Long?.default !== undefined) {
  util.Long = util.Long.default;
  configure();
}

/** The user records that aws-kinesis-agg finds in an aggregate, digest checked. */
export function readWithAwsKinesisAgg(aggregate: Uint8Array): readonly AwsUserRecord[] {
  let found: readonly AwsUserRecord[] = [];
  library.deaggregateSync({ data: Buffer.from(aggregate).toString('base64') }, true, (error, records) => {
    if (error) throw error;
    found = records ?? [];
  });
  return found;
}
