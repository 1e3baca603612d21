import { uniformRanges } from '../../src/hash-key.js';
import { RetainedBytes } from '../../src/retained-bytes.js';
import { defaultServiceLimits } from '../../src/service-limits.js';
import { Stream, type StreamFacts } from '../../src/stream.js';

/** A stream outside any account, ACTIVE, with this many shards opened at time 0. */
export function bareStream(shards: number, facts: Partial<StreamFacts> = {}): Stream {
  let epoch = 0;
  const stream = new Stream({
    name: 's',
    arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    createdAtMs: 0,
    mode: 'PROVISIONED',
    distribution: 'USER_PARTITION_KEY',
    maxRecordKiB: 1_024,
    limits: defaultServiceLimits,
    budget: new RetainedBytes(Number.POSITIVE_INFINITY),
    nextEpoch: (atMs) => {
      epoch = Math.max(epoch + 1, atMs);
      return epoch;
    },
    ...facts,
  });
  stream.openFirst(shards === 0 ? [] : uniformRanges(shards), 0);
  return stream;
}
