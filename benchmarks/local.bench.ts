import type { Benchmark, CaseParameters, CaseReference, Comparison, Reference } from './benchmark.js';

interface Workload {
  readonly name: string;
  readonly module: string;
  readonly unit: string;
  readonly recordBytes: number;
  readonly ours: CaseParameters;
  /** kinesis-local does some thousand records a second: it is given less to do. */
  readonly theirs: CaseParameters;
  /** What readers see of kinesis-local's share, where it differs from ours in kind. */
  readonly note?: string;
  readonly quick: boolean;
}

const workloads: readonly Workload[] = [
  {
    name: 'PutRecords 500 × 1 kB',
    module: 'local-put',
    unit: 'records',
    recordBytes: 1_000,
    ours: { entries: 500, requests: 40 },
    theirs: { entries: 500, requests: 1 },
    quick: true,
  },
  {
    name: 'PutRecords 100 × 50 kB',
    module: 'local-put',
    unit: 'records',
    recordBytes: 50_000,
    ours: { entries: 100, requests: 10 },
    theirs: { entries: 20, requests: 1 },
    note: '20 a request',
    quick: false,
  },
  {
    name: 'PutRecords 500 × 1 kB, SDK',
    module: 'local-put',
    unit: 'records',
    recordBytes: 1_000,
    ours: { client: 'sdk', entries: 500, requests: 40 },
    theirs: { client: 'sdk', entries: 500, requests: 1 },
    quick: false,
  },
  {
    name: 'GetRecords 10 MB',
    module: 'local-get',
    unit: 'records',
    recordBytes: 1_000,
    ours: { pageRecords: 10_000, pages: 4 },
    theirs: { pageRecords: 1_000, pages: 1 },
    note: 'pages of 1 MB',
    quick: false,
  },
  {
    name: 'events, 1,000 subscriptions',
    module: 'local-events',
    unit: 'events',
    recordBytes: 5,
    ours: { shards: 1_000, puts: 200 },
    theirs: { shards: 20, puts: 20 },
    note: '20 subscriptions',
    quick: false,
  },
];

function comparison({ name, module, unit, recordBytes, ours, theirs, note, quick }: Workload): Comparison {
  const subject: CaseReference = {
    name: 'HTTP/1.1',
    module,
    parameters: { server: 'shardline', recordBytes, ...ours },
  };
  const peer: Reference = {
    role: 'peer',
    name: `kinesis-local 0.6.2${note === undefined ? '' : `, ${note}`}`,
    module,
    parameters: { server: 'kinesis-local', recordBytes, ...theirs },
  };
  return { name, unit, bytesPerUnit: recordBytes, quick, subjects: [subject], references: [peer] };
}

/** What the local Kinesis does in a CPU second of its own, beside kinesis-local. */
export const local: Benchmark = {
  name: 'local',
  summary: 'put, read and be pushed records by @shardline/local over HTTP; beside kinesis-local',
  comparisons: workloads.map(comparison),
  // Servers run within the cases. The SDK would write its warning into every case's output.
  surround: async () => ({
    parameters: {},
    environment: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    close: async () => undefined,
  }),
};
