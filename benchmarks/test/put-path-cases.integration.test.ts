/** The cases of put-path, each in its process, against the null server. Catches a case that loses records; says nothing of speed. */
import { describe, expect, it } from 'vitest';
import { putPath } from '../put-path.bench.js';
import { runCase } from '../run-case.js';
import { bundledCases } from './support/bundled-cases.js';
import { casesOf, shortPlan as plan, withShortLaps } from './support/short-cases.js';

const { folder, surroundings } = await bundledCases();

describe('cases of put-path', () => {
  const measured = ['100 B, TLS', '50 kB not aggregated, TLS', '100 B, plain HTTP'];

  // Aggregation alone sends nothing, and is tried above.
  const sending = casesOf(putPath, ...measured).filter(([, { module }]) => module !== 'aggregation');

  it.each(sending)('%s stores every record', async (_name, { module, parameters }) => {
    const small = { ...surroundings.parameters, ...withShortLaps(parameters) };
    const sample = await runCase(folder, { ...plan, module, parameters: small }, surroundings.environment);
    expect(sample.units).toBe(small.lapRecords);
    expect(sample.facts).toMatchObject({ repeats: 0 });
    expect(sample.cpuSeconds).toBeGreaterThan(0);
  });
});
