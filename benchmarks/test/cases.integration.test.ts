/**
 * The processes of the benchmarks, for real: the null server behind HTTP and TLS, and cases against it. Catches a server
 * that clients cannot talk to and a case that loses records; says nothing of speed.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { aggregation } from '../aggregation.bench.js';
import { consume } from '../consume.bench.js';
import { local } from '../local.bench.js';
import { CaseFailure, runCase } from '../run-case.js';
import { type ConsumeWork, consumeCase } from '../workload/consume-case.js';
import type { FirstPages } from '../workload/first-pages.js';
import { memoryParameters, quickMemoryScenarios } from '../workload/memory-scenario.js';
import { noCpuTimes } from '../workload/process-cpu.js';
import { sdkClient } from '../workload/sdk-client.js';
import { bundledCases } from './support/bundled-cases.js';
import { casesOf, shortPlan as plan, withShortLaps } from './support/short-cases.js';

const { folder, surroundings } = await bundledCases();

describe('null server', () => {
  it('answers the SDK', async () => {
    const client = sdkClient(String(surroundings.parameters.httpEndpoint));
    const StreamName = 'any';
    const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
    expect(Shards).toHaveLength(64);
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(StreamDescriptionSummary?.OpenShardCount).toBe(64);
    const Records = [{ Data: Buffer.from('x'), PartitionKey: 'k' }];
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
    expect(answer).toMatchObject({
      FailedRecordCount: 0,
      Records: [{ ShardId: expect.stringMatching(/^shardId-/) }],
    });
    client.destroy();
  });

  it('tells the SDK of a call it does not have', async () => {
    const response = await fetch(String(surroundings.parameters.httpEndpoint), {
      method: 'POST',
      headers: {
        'x-amz-target': 'Kinesis_20131202.CreateStream',
        'content-type': 'application/x-amz-json-1.1',
      },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('speaks TLS with a certificate that its clients can trust', async () => {
    const ca = await readFile(String(surroundings.environment.NODE_EXTRA_CA_CERTS));
    const sent = request(`${surroundings.parameters.httpsEndpoint}/counts/none`, { ca }).end();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(200);
    response.destroy();
  });
});

describe('cases of aggregation', () => {
  const measured = ['aggregate 100 B', 'aggregate 100 B, 10000 keys', 'de-aggregate 1 kB, take data and key'];
  const steps = ['digest of a key', 'explicit hash key', 'digests of 20 aggregates'];

  it.each(casesOf(aggregation, ...measured, ...steps))(
    '%s does its work',
    async (_name, { module, parameters }) => {
      const small = withShortLaps(parameters);
      const sample = await runCase(folder, { ...plan, module, parameters: small }, surroundings.environment);
      expect(sample.units).toBeGreaterThan(0);
      expect(sample.cpuSeconds).toBeGreaterThan(0);
    },
  );
});

describe('cases of trials', () => {
  it('paced knows of every record that it put', async () => {
    const parameters = {
      ...surroundings.parameters,
      perSecond: 1_000,
      timedEvery: 2,
      pacedMs: 300,
      lingerMs: 20,
      recordBytes: 100,
      keyCharacters: 36,
    };
    const sample = await runCase(folder, { ...plan, module: 'paced', parameters }, surroundings.environment);
    expect(sample.units).toBeGreaterThan(0);
    expect(sample.facts.timedRecords).toBeGreaterThan(0);
    expect(sample.facts.latencyP50Ms).toBeLessThanOrEqual(sample.facts.latencyP99Ms ?? 0);
  });

  it('memory tells what a full producer holds', async () => {
    const scenario = quickMemoryScenarios.find(({ way }) => way === 'try-put');
    if (scenario === undefined) throw new Error('no scenario');
    // Nothing settles, so that what is held is still held when it is measured.
    const silent = { ...scenario, answerPutsAfter: 'never' as const };
    const parameters = { ...surroundings.parameters, ...memoryParameters(silent, 100) };
    const request = { ...plan, module: 'memory', parameters, wallLimitMs: 60_000 };
    const { facts } = await runCase(folder, request, surroundings.environment, undefined, ['--expose-gc']);
    expect(facts.samples).toBeGreaterThan(0);
    expect(facts.grownBytes).toBeGreaterThan((facts.outstandingBytes ?? 0) / 2);
    expect(facts.outstandingBytes).toBeLessThanOrEqual(facts.boundBytes ?? 0);
    await expect(runCase(folder, request, surroundings.environment)).rejects.toThrow(/--expose-gc/);
  });
});

describe('cases of consume', () => {
  const small = [
    ...casesOf(consume, '100 B aggregated, pages of 1 MB'),
    ...casesOf(consume, '1 kB not aggregated'),
  ];

  it.each(small)('%s reads every record', async (_name, { module, parameters }) => {
    const storedPerPage = Math.ceil(Number(parameters.storedPerPage) / 20);
    const short = withShortLaps(parameters);
    const given = { ...surroundings.parameters, ...short, storedPerPage };
    const sample = await runCase(folder, { ...plan, module, parameters: given }, surroundings.environment);
    expect(sample.units).toBeGreaterThanOrEqual(Number(short.lapRecords));
    expect(sample.cpuSeconds).toBeGreaterThan(0);
  });

  it.each([
    ['changes a record', 1, false],
    ['leaves a record out at the end', 0, true],
  ])('fail a reader that %s', async (_name, change, short) => {
    const parameters = { ...surroundings.parameters, ...consume.comparisons.at(-1)?.subjects[0]?.parameters };
    const prepared = await consumeCase(parameters, {
      open: () => ({ read: async () => 0, close: () => undefined }),
      prove: (work, pages) => readFirstPages(work, pages, change, short),
    });
    await expect(prepared.prove?.()).rejects.toThrow(/^read .*; there are /);
  });

  it('pass a reader that hands over what is there', async () => {
    const parameters = { ...surroundings.parameters, ...consume.comparisons.at(-1)?.subjects[0]?.parameters };
    const prepared = await consumeCase(parameters, {
      open: () => ({ read: async () => 0, close: () => undefined }),
      prove: (work, pages) => readFirstPages(work, pages, 0, false),
    });
    await prepared.prove?.();
  });
});

/** Reads plain records with the SDK; adds `change` to a byte, or leaves the very last record out. */
async function readFirstPages(
  { endpoint, stream, shards }: ConsumeWork,
  pages: FirstPages,
  change: number,
  short: boolean,
): Promise<void> {
  const client = sdkClient(endpoint.replace(/^https:.*/, String(surroundings.parameters.httpEndpoint)));
  for (let shard = 0; shard < shards; shard++) {
    const answer = await client.send(new GetRecordsCommand({ ShardIterator: `${stream}/${shard}/0` }));
    const records = answer.Records ?? [];
    for (const { SequenceNumber = '', PartitionKey = '', Data = new Uint8Array() } of records) {
      if (short && shard === shards - 1 && SequenceNumber === records.at(-1)?.SequenceNumber) continue;
      pages.add(SequenceNumber, 0, PartitionKey, Data.with(0, (Data[0] ?? 0) + change));
    }
  }
  client.destroy();
}

const skipped = noCpuTimes === undefined ? '' : ` (skipped: ${noCpuTimes})`;

describe.skipIf(noCpuTimes !== undefined)(`cases of local${skipped}`, () => {
  const small = { entries: 20, requests: 1, pageRecords: 20, pages: 1, shards: 3, puts: 3 };
  const measured = ['PutRecords 500 × 1 kB', 'GetRecords 10 MB', 'events, 1,000 subscriptions'];

  it.each(casesOf(local, ...measured))('%s is answered rightly', async (_name, { module, parameters }) => {
    const given = { ...parameters, ...small };
    const sample = await runCase(folder, { ...plan, module, parameters: given }, surroundings.environment);
    expect(sample.units).toBeGreaterThan(0);
  });

  it('measures the SDK too', async () => {
    const parameters = { ...small, server: 'shardline', client: 'sdk', recordBytes: 100 };
    const request = { ...plan, module: 'local-put', parameters };
    expect((await runCase(folder, request, surroundings.environment)).units).toBeGreaterThan(0);
  });
});

describe('runCase', () => {
  it('fails with what the case said', async () => {
    const run = runCase(folder, { ...plan, module: 'aggregation', parameters: {} }, {});
    await expect(run).rejects.toThrow(CaseFailure);
    await expect(run).rejects.toThrow('case parameter keyCharacters must be a number');
  });

  it('ends a process that does not end by itself', async () => {
    const run = runCase(folder, { ...plan, module: 'aggregation', parameters: {}, wallLimitMs: 1 }, {}, 0);
    await expect(run).rejects.toThrow('did not end in 1 ms');
  });
});
