import type { Benchmark, CaseReference, Comparison, Reference } from './benchmark.js';
import { startNullServer } from './start-null-server.js';

const SHARDS = 64;
/** With 400 records of 100 B in each, aggregates of some 45 kB, as the KCL was measured with. */
const KEY_CHARACTERS = 4;
const PER_AGGREGATE = 400;

type ReferenceModule = Pick<Reference, 'role' | 'name' | 'module'>;

const socket: ReferenceModule = { role: 'floor', name: 'bytes off the socket', module: 'read-socket' };
const sdkAlone: ReferenceModule = { role: 'floor', name: 'SDK GetRecords alone', module: 'get-records' };
const protobufjs: ReferenceModule = {
  role: 'peer',
  name: 'SDK GetRecords, protobufjs 8.8.1',
  module: 'get-records-protobufjs',
};
const awsKinesisAgg: ReferenceModule = {
  role: 'peer',
  name: 'SDK GetRecords, aws-kinesis-agg 4.2.8',
  module: 'get-records-aws-kinesis-agg',
};

interface Workload {
  readonly name: string;
  /** User records in each stored record; 0: not aggregated. */
  readonly perAggregate: number;
  readonly recordBytes: number;
  readonly storedPerPage: number;
  /** Some pages of user records. */
  readonly lapRecords: number;
  /** Forms of the handler: what readers see, and the value of the case's parameter `handler`. */
  readonly handlers: Readonly<Record<string, string>>;
  readonly beside: readonly ReferenceModule[];
  readonly quick: boolean;
}

const pagesOf1MB = {
  name: '100 B aggregated, pages of 1 MB',
  perAggregate: PER_AGGREGATE,
  recordBytes: 100,
  storedPerPage: 23,
  lapRecords: 184_000,
};

/** Pages of a consumer that keeps up, and of one that has fallen behind; plain records come 10,000 at a time at most. */
const workloads: readonly Workload[] = [
  {
    ...pagesOf1MB,
    handlers: { onRecord: 'sync' },
    beside: [socket, sdkAlone, protobufjs, awsKinesisAgg],
    quick: true,
  },
  {
    ...pagesOf1MB,
    handlers: { 'async onRecord': 'async', shardHandler: 'batch' },
    beside: [sdkAlone],
    quick: false,
  },
  {
    name: '100 B aggregated, pages of 10 MB',
    perAggregate: PER_AGGREGATE,
    recordBytes: 100,
    storedPerPage: 230,
    lapRecords: 368_000,
    handlers: { onRecord: 'sync' },
    beside: [sdkAlone, protobufjs],
    quick: false,
  },
  {
    name: '100 B not aggregated',
    perAggregate: 0,
    recordBytes: 100,
    storedPerPage: 10_000,
    lapRecords: 80_000,
    handlers: { onRecord: 'sync', shardHandler: 'batch' },
    beside: [socket, sdkAlone, protobufjs],
    quick: false,
  },
  {
    name: '1 kB not aggregated',
    perAggregate: 0,
    recordBytes: 1_000,
    storedPerPage: 10_000,
    lapRecords: 40_000,
    handlers: { onRecord: 'sync' },
    beside: [socket, sdkAlone, protobufjs],
    quick: false,
  },
];

function comparison({ name, quick, handlers, beside, ...pages }: Workload): Comparison {
  const parameters = { ...pages, shards: SHARDS, keyCharacters: KEY_CHARACTERS };
  return {
    name,
    unit: 'user records',
    bytesPerUnit: pages.recordBytes,
    quick,
    subjects: Object.entries(handlers).map(
      ([handler, value]): CaseReference => ({
        name: handler,
        module: 'consumer',
        parameters: { ...parameters, handler: value },
      }),
    ),
    references: beside.map((reference): Reference => ({ ...reference, parameters })),
  };
}

/** From the answer of GetRecords to the handler, over loopback, against a server whose pages are ready. */
export const consume: Benchmark = {
  name: 'consume',
  summary:
    'read user records of 100 B and 1 kB, aggregated or not, from pages that are ready; beside the AWS SDK and two decoders',
  comparisons: workloads.map(comparison),
  surround: startNullServer,
};
