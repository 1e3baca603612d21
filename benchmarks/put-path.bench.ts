import type { Benchmark, CaseParameters, CaseReference, Comparison, Reference } from './benchmark.js';
import { startNullServer } from './start-null-server.js';

const KEY_CHARACTERS = 36;
const SHARDS = 64;
/** The producer's default seal target. */
const MAX_BYTES = 51_200;

type Transport = 'http' | 'tls';

interface Workload {
  readonly name: string;
  readonly transport: Transport;
  readonly recordBytes: number;
  readonly lapRecords: number;
  /** Whether the producer packs records of this size, and the ready-made references with it. */
  readonly aggregated: boolean;
  /** Our ways in: what readers see, and the value of the case's parameter `way`. */
  readonly ways: Readonly<Record<string, string>>;
  readonly quick: boolean;
}

const everyWay = {
  'putMany of 100': 'put-many',
  'put, 10 k outstanding': 'put-10k',
  'tryPut and onOutcomes': 'try-put',
};
const furtherWays = { 'put, 100 k outstanding': 'put-100k', 'writable()': 'writable' };
const oneWay = { 'putMany of 100': 'put-many' };

/** About 20 MB of user data a lap: less than half a second of what 64 shards may take. */
const sizes = {
  '100 B': { recordBytes: 100, lapRecords: 200_000, aggregated: true },
  '1 kB': { recordBytes: 1_000, lapRecords: 20_000, aggregated: true },
  '10 kB': { recordBytes: 10_000, lapRecords: 2_000, aggregated: true },
  '50 kB': { recordBytes: 50_000, lapRecords: 400, aggregated: false },
  '1 MB': { recordBytes: 1_000_000, lapRecords: 20, aggregated: false },
};
const SMALLEST_BYTES = 100;
/** Enough to fill aggregates of all shards in one lap, a short one too. */
const ALONE_RECORDS = 800_000;

function workload(
  transport: Transport,
  name: keyof typeof sizes,
  ways: Readonly<Record<string, string>>,
  quick: boolean,
): Workload {
  return { name, transport, ways, quick, ...sizes[name] };
}

const workloads: readonly Workload[] = [
  workload('tls', '100 B', everyWay, true),
  workload('tls', '100 B', furtherWays, false),
  workload('tls', '1 kB', everyWay, false),
  workload('tls', '10 kB', everyWay, false),
  workload('tls', '50 kB', everyWay, false),
  workload('tls', '1 MB', oneWay, false),
  workload('http', '100 B', oneWay, true),
  workload('http', '50 kB', oneWay, false),
];

function reference(
  role: Reference['role'],
  name: string,
  module: string,
  parameters: CaseParameters,
): Reference {
  return { role, name, module, parameters };
}

function references({ aggregated, recordBytes }: Workload, parameters: CaseParameters): readonly Reference[] {
  const plain = { ...parameters, aggregated: false };
  const packed = { ...parameters, aggregated: true };
  const floors = (['CBOR', 'JSON'] as const).map((format) =>
    reference('floor', `ready ${format} body, SHA-256, socket`, 'ready-body', {
      ...(aggregated ? packed : plain),
      format,
    }),
  );
  const sdk = reference('peer', 'SDK PutRecords, records as they are', 'sdk-put-records', plain);
  if (!aggregated) return [...floors, sdk];
  // Our own: what limits, retries, request bodies, sockets and outcomes leave of it.
  const alone = reference('floor', 'aggregation alone', 'aggregation', {
    ...packed,
    lapRecords: ALONE_RECORDS,
  });
  return [
    ...floors,
    ...(recordBytes === SMALLEST_BYTES ? [alone] : []),
    sdk,
    reference('peer', 'SDK PutRecords, ready aggregates', 'sdk-put-records', packed),
  ];
}

function comparison(work: Workload): Comparison {
  const { name, transport, recordBytes, lapRecords, aggregated, ways, quick } = work;
  const parameters = {
    transport,
    keyCharacters: KEY_CHARACTERS,
    shards: SHARDS,
    maxBytes: MAX_BYTES,
    recordBytes,
    lapRecords,
    aggregated,
  };
  return {
    name: `${name}${aggregated ? '' : ' not aggregated'}, ${transport === 'tls' ? 'TLS' : 'plain HTTP'}`,
    unit: 'user records',
    bytesPerUnit: recordBytes,
    quick,
    subjects: Object.entries(ways).map(
      ([way, value]): CaseReference => ({
        name: way,
        module: 'producer',
        parameters: { ...parameters, way: value },
      }),
    ),
    references: references(work, parameters),
  };
}

/** From `put` to the answer, over loopback, against a server that does nothing but count. */
export const putPath: Benchmark = {
  name: 'put-path',
  summary:
    'put user records of 100 B to 1 MB into a server that keeps nothing; beside ready bodies and the AWS SDK',
  comparisons: workloads.map(comparison),
  surround: startNullServer,
};
