import { describe, expect, it } from 'vitest';
import type { CaseModule } from '../benchmark.js';
import * as floor from '../cases/aggregate-floor.js';
import * as protobufjs from '../cases/aggregate-protobufjs.js';
import * as shardline from '../cases/aggregation.js';
import { type AggregationWork, proveAggregation } from '../workload/aggregation-case.js';
import { aggregatedEntries } from '../workload/entries.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { encodeAggregate } from '../workload/kpl-format.js';
import { payloads } from '../workload/payloads.js';

const parameters = { keyCharacters: 36, recordBytes: 100, lapRecords: 2_000, shards: 8, maxBytes: 5_000 };
/** aws-kinesis-agg needs a process without the test runner's export conditions: see cases.integration.test.ts. */
const cases: Record<string, CaseModule> = { shardline, protobufjs, floor };

describe.each(Object.entries(cases))('aggregation case %s', (_name, module) => {
  it('proves itself, does the lap it was given and verifies it', async () => {
    const prepared = await module.prepare(parameters);
    await prepared.prove?.();
    await prepared.stage?.();
    expect(await prepared.lap()).toBe(2_000);
    await prepared.verify?.();
  });
});

describe('proveAggregation', () => {
  const keys = freshKeys(1_000, 36);
  const data = payloads(100);
  const limits = { shards: 8, maxBytes: 5_000 };
  /** An aggregator that emits what `spoil` makes of good aggregates. */
  const prove = (spoil: (aggregates: Uint8Array[]) => Uint8Array[]) =>
    proveAggregation(
      ({ emit, shards, maxBytes }: AggregationWork) => ({
        add: (all, payloads) =>
          spoil(aggregatedEntries(all, payloads, shards, maxBytes).map(({ Data }) => Data)).forEach(emit),
        flush: () => undefined,
      }),
      limits,
      keys,
      data,
    );

  it('passes aggregates that hold everything', () => {
    expect(() => prove((aggregates) => aggregates)).not.toThrow();
  });

  it('fails when an aggregate is missing, and when one comes twice', () => {
    expect(() => prove((aggregates) => aggregates.slice(1))).toThrow('aggregates hold');
    expect(() => prove((aggregates) => [...aggregates, ...aggregates.slice(1, 2)])).toThrow(
      'aggregates hold',
    );
  });

  it('fails when bytes are wrong', () => {
    const spoil = (aggregates: Uint8Array[]) =>
      aggregates.map((aggregate) => Uint8Array.from(aggregate, (byte, at) => (at === 900 ? byte ^ 1 : byte)));
    expect(() => prove(spoil)).toThrow('an emitted aggregate cannot be read');
  });

  it('fails when an aggregate is too large or spans shards', () => {
    const records = keys
      .slice(0, 10)
      .map((_, partitionKeyIndex) => ({ partitionKeyIndex, data: data[0] as Uint8Array }));
    const mixed = encodeAggregate({ partitionKeyTable: keys.slice(0, 10), records });
    expect(() => prove(() => [mixed])).toThrow('an aggregate spans two shards');
    expect(() => prove(() => [new Uint8Array(5_001)])).toThrow('an aggregate has 5001 bytes');
  });
});
