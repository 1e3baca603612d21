import { prepareJava } from '../interop/test/support/prepare-java.js';
import type { Benchmark, CaseParameters, Comparison, Surroundings } from './benchmark.js';
import { startNullServer } from './start-null-server.js';

const KEY_CHARACTERS = 36;
const SHARDS = 64;

const sizes = [
  { name: '100 B', recordBytes: 100, lapRecords: 200_000, quick: true },
  { name: '1 kB', recordBytes: 1_000, lapRecords: 20_000, quick: false },
  { name: '10 kB', recordBytes: 10_000, lapRecords: 2_000, quick: false },
];

function comparison({ name, quick, ...size }: (typeof sizes)[number]): Comparison {
  const parameters: CaseParameters = {
    transport: 'tls',
    keyCharacters: KEY_CHARACTERS,
    shards: SHARDS,
    aggregated: true,
    ...size,
  };
  return {
    name: `${name}, TLS`,
    unit: 'user records',
    bytesPerUnit: size.recordBytes,
    quick,
    subjects: [
      { name: 'putMany of 100', module: 'producer', parameters: { ...parameters, way: 'put-many' } },
      { name: 'put, 10 k outstanding', module: 'producer', parameters: { ...parameters, way: 'put-10k' } },
    ],
    references: [{ role: 'peer', name: 'KPL 1.1.1', module: 'kpl', parameters }],
  };
}

/** The null server, and the KPL made ready by the interop tests. */
async function surround(bundleFolder: string): Promise<Surroundings> {
  const java = prepareJava();
  if (java.missing !== undefined) throw new Error(`the KPL cannot be measured here: it ${java.missing}`);
  const server = await startNullServer(bundleFolder);
  return { ...server, parameters: { ...server.parameters, kplClassPath: java.path } };
}

/** The producer beside the library that it takes the place of. Needs a JDK and Maven. */
export const kpl: Benchmark = {
  name: 'kpl',
  summary: 'put user records beside the KPL for Java 1.1.1, same server; needs a JDK and Maven',
  comparisons: sizes.map(comparison),
  surround,
};
