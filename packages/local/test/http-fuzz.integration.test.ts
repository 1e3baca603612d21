/**
 * Random requests with fixed seeds, in JSON and CBOR over both HTTP versions: mangled JSON, wrong types, unknown names, hostile
 * values, and inputs that are nearly right. Whatever comes, the answer is one of the service's errors or an answer in order, never a status 500 or a dropped connection.
 * Cannot tell whether a refusal has the right name: the tests of the operations do.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { consumerOperations } from '../src/operations/consumer-operations.js';
import { operatorOperations } from '../src/operations/operator-operations.js';
import { recordOperations } from '../src/operations/record-operations.js';
import { streamOperations } from '../src/operations/stream-operations.js';
import { operationNames } from '../src/service-limits.js';
import { likelyInput } from './support/likely-inputs.js';
import {
  headersOf,
  type TestFormat,
  testFormats,
  type WireCaller,
  wireCaller,
} from './support/wire-calls.js';

const operations = { ...streamOperations, ...recordOperations, ...consumerOperations, ...operatorOperations };

const knownErrors = [
  'DryRunOperationException',
  'ExpiredIteratorException',
  'ExpiredNextTokenException',
  'InvalidArgumentException',
  'LimitExceededException',
  'LocalUnsupportedOperationException',
  'ProvisionedThroughputExceededException',
  'ResourceInUseException',
  'ResourceNotFoundException',
  'SerializationException',
  'UnknownOperationException',
  'ValidationException',
];

let server: LocalKinesisServer;
beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: 's', shards: 2 }], limits: 'none', transitionMs: 0 });
});
afterAll(() => server.close());

const names = [
  'StreamName',
  'StreamARN',
  'ShardCount',
  'StreamModeDetails',
  'Records',
  'Data',
  'PartitionKey',
  'ExplicitHashKey',
  'ShardId',
  'ShardIteratorType',
  'StartingSequenceNumber',
  'Timestamp',
  'ShardIterator',
  'Limit',
  'NextToken',
  'ShardFilter',
  'MaxResults',
  'ShardToSplit',
  'NewStartingHashKey',
  'ShardToMerge',
  'AdjacentShardToMerge',
  'TargetShardCount',
  'ScalingType',
  'RetentionPeriodHours',
  'Tags',
  'DryRun',
  '__proto__',
  'constructor',
  'toString',
];

/** Values that are right somewhere, and values that are right nowhere. */
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    's',
    'none',
    '',
    'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    'shardId-000000000000',
    'shardId-000000000001',
    'LATEST',
    'TRIM_HORIZON',
    'AT_SEQUENCE_NUMBER',
    'AT_TIMESTAMP',
    'AT_LATEST',
    'UNIFORM_SCALING',
    'aGk=',
    'k',
    '0',
    '5',
    '340282366920938463463374607431768211455',
    '9'.repeat(129),
    '-1',
    1,
    0,
    -1,
    24,
    48,
    1.5,
    1e308,
    -1e308,
    1_459_799_926.48,
    true,
    false,
    null,
    [],
    {},
    '😀',
    '\ud800',
    'x'.repeat(5_000),
  ),
  fc.string(),
  fc.double({ noNaN: true }),
);
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const input = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 });

async function judge(
  caller: WireCaller,
  format: TestFormat,
  operation: string,
  body: Uint8Array,
): Promise<200 | 400> {
  const answer = await caller.call(headersOf(operation, format.contentType), body);
  if (answer.contentType === 'application/vnd.amazon.eventstream') return 200;
  const content = format.decode(answer.body);
  if (answer.status === 200) return 200;
  expect(answer.status).toBe(400);
  expect(knownErrors).toContain((content as { __type: string }).__type);
  return 400;
}

const ways = [
  { protocol: 'HTTP/1.1', format: 'json' },
  { protocol: 'HTTP/2', format: 'cbor' },
  { protocol: 'HTTP/2', format: 'json' },
  { protocol: 'HTTP/1.1', format: 'cbor' },
] as const;

describe('the HTTP surface', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('answers whatever it is sent, seed %i', async (seed) => {
    const { protocol, format: name } = ways[seed % ways.length] ?? ways[0];
    const format = testFormats[name];
    const caller = wireCaller(server.endpoint, protocol);
    const operation = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...operationNames) },
      { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z]{1,20}$/) },
    );
    await fc.assert(
      fc.asyncProperty(operation, input, async (target, members) => {
        await judge(caller, format, target, format.encode({ StreamName: 's', ...members }));
      }),
      { seed, numRuns: 250 },
    );
    caller.close();
  });

  it.each([11, 12, 13, 14, 15, 16, 17, 18])('answers what is nearly right, seed %i', async (seed) => {
    const { protocol, format: name } = ways[seed % ways.length] ?? ways[0];
    const format = testFormats[name];
    // One of its own: streams come and go.
    const own = await startLocalKinesis({
      streams: [{ name: 's', shards: 2 }],
      limits: 'none',
      transitionMs: 0,
    });
    const caller = wireCaller(own.endpoint, protocol);
    await own.kinesis.call('RegisterStreamConsumer', {
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
      ConsumerName: 'c',
    });
    // Deleted, the stream would have all calls after it refused.
    const { DeleteStream: _, ...harmless } = operations;
    const request = fc
      .constantFrom(...(Object.keys(harmless) as (keyof typeof harmless)[]))
      .chain((target) => fc.tuple(fc.constant(target), likelyInput(operations[target].shape, name)));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(request, async ([target, members]) => {
        if ((await judge(caller, format, target, format.encode(members))) === 200) answered += 1;
      }),
      { seed, numRuns: 400 },
    );
    // Else it would show nothing but refusals.
    expect(answered).toBeGreaterThan(15);
    caller.close();
    expect((await fetch(`${own.endpoint}/health`)).status).toBe(200);
    await own.close();
  });

  it('answers JSON that was mangled', async () => {
    const caller = wireCaller(server.endpoint, 'HTTP/1.1');
    const body = JSON.stringify({
      StreamName: 's',
      Records: [{ Data: 'aGk=', PartitionKey: 'k' }],
      DryRun: true,
    });
    const mangled = fc.record({
      at: fc.nat(body.length),
      cut: fc.nat(5),
      insert: fc.uint8Array({ maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(mangled, async ({ at, cut, insert }) => {
        const bytes = Buffer.from(body);
        await judge(
          caller,
          testFormats.json,
          'PutRecords',
          Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + cut)]),
        );
      }),
      { seed: 7, numRuns: 250 },
    );
    caller.close();
  });
});
