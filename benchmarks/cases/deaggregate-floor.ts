import { createHash } from 'node:crypto';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { aggregateBatch } from '../workload/aggregate-batch.js';

const MAGIC_BYTES = 4;
const DIGEST_BYTES = 16;

/** The floor of de-aggregation: the digest of each aggregate by node:crypto, and no look at what is inside. */
export function prepare(parameters: CaseParameters): PreparedCase {
  const { aggregates, contents } = aggregateBatch(parameters);
  return {
    lap() {
      for (const aggregate of aggregates) {
        const end = aggregate.length - DIGEST_BYTES;
        const digest = createHash('md5').update(aggregate.subarray(MAGIC_BYTES, end)).digest();
        if (!digest.equals(aggregate.subarray(end))) throw new Error('wrong digest');
      }
      return contents.count;
    },
  };
}
