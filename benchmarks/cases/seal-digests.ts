import { createHash, randomFillSync } from 'node:crypto';
import { writeAggregateDigests } from '@shardline/aggregation';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';

const MAGIC_BYTES = 4;
const DIGEST_BYTES = 16;

const ways: Readonly<Record<string, (aggregates: readonly Uint8Array[]) => void>> = {
  shardline: writeAggregateDigests,
  crypto: (aggregates) => {
    for (const aggregate of aggregates) aggregate.set(digestOf(aggregate), aggregate.length - DIGEST_BYTES);
  },
};

function digestOf(aggregate: Uint8Array): Uint8Array {
  return createHash('md5').update(aggregate.subarray(MAGIC_BYTES, -DIGEST_BYTES)).digest();
}

/** The digests of a request's aggregates, which are nearly of one size. */
export function prepare(parameters: CaseParameters): PreparedCase {
  const write = ways[stringParameter(parameters, 'way')];
  if (write === undefined) throw new RangeError('no such way to digest aggregates');
  const maxBytes = numberParameter(parameters, 'maxBytes');
  const lapAggregates = numberParameter(parameters, 'lapAggregates');
  const aggregates = Array.from({ length: lapAggregates }, (_, index) =>
    randomFillSync(new Uint8Array(maxBytes - ((index * 37) % 150))),
  );
  return {
    prove() {
      write(aggregates);
      for (const aggregate of aggregates) {
        if (!Buffer.from(digestOf(aggregate)).equals(aggregate.subarray(-DIGEST_BYTES)))
          throw new Error('wrong digest');
      }
    },
    lap() {
      for (let round = 0; round < 20; round++) write(aggregates);
      return lapAggregates * 20;
    },
  };
}
