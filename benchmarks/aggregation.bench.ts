import type { Benchmark, CaseParameters, CaseReference, Comparison, Reference } from './benchmark.js';

/** What a random key of users looks like: a UUID in text has as many characters. */
const KEY_CHARACTERS = 36;
const SHARDS = 64;
/** The producer's default seal target. */
const MAX_BYTES = 51_200;
/** As much as one GetRecords answer holds. */
const BATCH_BYTES = 10_000_000;
/** About 20 MB of user data a lap, so that no lap is long. */
const LAP_BYTES = 20_000_000;
const MOST_LAP_RECORDS = 50_000;

const sizes = [
  { name: '100 B', recordBytes: 100, quick: true },
  { name: '1 kB', recordBytes: 1_000, quick: false },
];

function named(name: string, module: string, parameters: CaseParameters): CaseReference {
  return { name, module, parameters };
}

function reference(
  role: Reference['role'],
  name: string,
  module: string,
  parameters: CaseParameters,
): Reference {
  return { role, ...named(name, module, parameters) };
}

function aggregate(
  { name, recordBytes, quick }: (typeof sizes)[number],
  keys: { readonly distinctKeys?: number } = {},
): Comparison {
  const parameters = {
    ...keys,
    keyCharacters: KEY_CHARACTERS,
    shards: SHARDS,
    maxBytes: MAX_BYTES,
    recordBytes,
    lapRecords: Math.min(MOST_LAP_RECORDS, LAP_BYTES / recordBytes),
  };
  return {
    name:
      keys.distinctKeys === undefined ? `aggregate ${name}` : `aggregate ${name}, ${keys.distinctKeys} keys`,
    unit: 'user records',
    bytesPerUnit: recordBytes,
    quick: quick && keys.distinctKeys === undefined,
    subjects: [named('shardline', 'aggregation', parameters)],
    references: [
      reference('floor', 'copy keys and data', 'aggregate-floor', parameters),
      reference('peer', 'protobufjs 8.8.1', 'aggregate-protobufjs', parameters),
      reference('peer', 'aws-kinesis-agg 4.2.8', 'aggregate-aws-kinesis-agg', parameters),
    ],
  };
}

function deaggregate(
  { name, recordBytes, quick }: (typeof sizes)[number],
  taking: { readonly name: string; readonly taking: string },
): Comparison {
  const parameters = {
    keyCharacters: KEY_CHARACTERS,
    batchBytes: BATCH_BYTES,
    maxBytes: MAX_BYTES,
    recordBytes,
    taking: taking.taking,
  };
  return {
    name: `de-aggregate ${name}, ${taking.name}`,
    unit: 'user records',
    bytesPerUnit: recordBytes,
    quick,
    subjects: [named('shardline', 'deaggregation', parameters)],
    references: [
      reference('floor', 'digest alone', 'deaggregate-floor', parameters),
      reference('peer', 'protobufjs 8.8.1', 'deaggregate-protobufjs', parameters),
      reference('peer', 'aws-kinesis-agg 4.2.8', 'deaggregate-aws-kinesis-agg', parameters),
    ],
  };
}

/** One step of aggregation: ours, and other ways to do it. */
function step(
  {
    name,
    unit,
    bytesPerUnit,
    module,
  }: Pick<Comparison, 'name' | 'unit' | 'bytesPerUnit'> & { readonly module: string },
  parameters: CaseParameters,
  peers: Readonly<Record<string, string>>,
): Comparison {
  return {
    name,
    unit,
    bytesPerUnit,
    quick: false,
    subjects: [named('shardline', module, { ...parameters, way: 'shardline' })],
    references: Object.entries(peers).map(([peer, way]) =>
      reference('peer', peer, module, { ...parameters, way }),
    ),
  };
}

const steps = [
  step(
    { name: 'digest of a key', unit: 'keys', bytesPerUnit: KEY_CHARACTERS, module: 'key-digest' },
    { keyCharacters: KEY_CHARACTERS, lapKeys: MOST_LAP_RECORDS },
    { 'in JavaScript': 'javascript', 'node:crypto': 'crypto' },
  ),
  step(
    { name: 'explicit hash key', unit: 'keys', bytesPerUnit: 39, module: 'parse-hash-key' },
    { lapKeys: MOST_LAP_RECORDS },
    { BigInt: 'bigint' },
  ),
  step(
    { name: 'digests of 20 aggregates', unit: 'aggregates', bytesPerUnit: MAX_BYTES, module: 'seal-digests' },
    { maxBytes: MAX_BYTES, lapAggregates: 20 },
    { 'node:crypto': 'crypto' },
  ),
];

const takings = [
  { name: 'iterate', taking: 'nothing' },
  { name: 'take data and key', taking: 'data-and-key' },
];

/** The codec alone, nothing sent. */
export const aggregation: Benchmark = {
  name: 'aggregation',
  summary: 'aggregate and de-aggregate user records of 100 B and 1 kB; beside protobufjs and aws-kinesis-agg',
  comparisons: [
    ...sizes.map((size) => aggregate(size)),
    ...sizes.slice(0, 1).map((size) => aggregate(size, { distinctKeys: 10_000 })),
    ...steps,
    ...sizes.flatMap((size) => takings.map((taking) => deaggregate(size, taking))),
  ],
};
