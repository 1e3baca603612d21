import { describe, expect, it } from 'vitest';
import type { CaseModule } from '../benchmark.js';
import * as floor from '../cases/deaggregate-floor.js';
import * as protobufjs from '../cases/deaggregate-protobufjs.js';
import * as shardline from '../cases/deaggregation.js';
import { aggregateBatch } from '../workload/aggregate-batch.js';
import { type BatchDeaggregator, proveReader } from '../workload/deaggregation-case.js';
import { decodeAggregate } from '../workload/kpl-format.js';

const parameters = { keyCharacters: 36, recordBytes: 1_000, maxBytes: 51_200, batchBytes: 500_000 };
/** aws-kinesis-agg needs a process without the test runner's export conditions: see cases.integration.test.ts. */
const cases: Record<string, CaseModule> = { shardline, protobufjs, floor };

describe.each(Object.entries(cases))('de-aggregation case %s', (_name, module) => {
  it.each(['nothing', 'data-and-key'])('proves itself and reads everything, taking %s', async (taking) => {
    const prepared = await module.prepare({ ...parameters, taking });
    await prepared.prove?.();
    expect(await prepared.lap()).toBeGreaterThan(400);
  });
});

describe('proveReader', () => {
  const { aggregates, contents } = aggregateBatch(parameters);
  const careful: BatchDeaggregator = {
    read(all, _taking, seen) {
      for (const aggregate of all) seen.records += decodeAggregate(aggregate)?.records.length ?? 1;
    },
    all: (aggregate) =>
      (decodeAggregate(aggregate)?.records ?? []).map(({ partitionKeyIndex, data }) => ({
        partitionKey: decodeAggregate(aggregate)?.partitionKeyTable[partitionKeyIndex] ?? '',
        data,
      })),
  };

  it('passes a reader that finds everything and checks digests', () => {
    expect(() => proveReader(careful, aggregates, contents)).not.toThrow();
  });

  it('fails a reader that loses a record', () => {
    const losing = { ...careful, all: (aggregate: Uint8Array) => [...careful.all(aggregate)].slice(1) };
    expect(() => proveReader(losing, aggregates, contents)).toThrow('read');
  });

  it('fails a reader that does not look at the digest', () => {
    const careless: BatchDeaggregator = {
      ...careful,
      read: (_all, _taking, seen) => {
        seen.records += 48;
      },
    };
    expect(() => proveReader(careless, aggregates, contents)).toThrow('wrong digest');
  });
});
