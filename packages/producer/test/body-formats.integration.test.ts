import { KinesisClient } from '@aws-sdk/client-kinesis';
import { serviceFaultOf, systemClock } from '@shardline/core/internal';
import { type LocalKinesisServerOptions, startLocalKinesis } from '@shardline/local';
import { expect, onTestFinished, test } from 'vitest';
import type { BodyFormat } from '../src/request-body.js';
import { sdkKinesisApi } from '../src/sdk-kinesis-api.js';
import { type ContentFacts, content } from './support/contents.js';

/*
 * The same requests, good and bad, in CBOR, in JSON, and by the SDK's own serializer, each against a server of its own that has
 * seen nothing else: answers, refusals of entries and exceptions must be the same.
 */

const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/tweets';
const mebibyte = 1_048_576;
const many = (count: number, facts: ContentFacts = {}) => Array.from({ length: count }, () => facts);
const sized = (bytes: number): ContentFacts => ({ data: Buffer.alloc(bytes, 7), partitionKey: 'k' });

interface Trial {
  readonly records: readonly ContentFacts[];
  readonly stream?: string;
  readonly server?: LocalKinesisServerOptions;
}

const good: Readonly<Record<string, Trial>> = {
  'one record': { records: [{}] },
  'by ARN': { records: [{}], stream: arn },
  'no data': { records: [{ data: '' }] },
  'all bytes': { records: [{ data: Uint8Array.from({ length: 256 }, (_, byte) => byte) }] },
  'keys of all kinds': {
    records: ['a', 'ü', '日本', '😀', '"\\\n\u0000', ' ', '\ud800', 'k'.repeat(256), 'ü'.repeat(256)].map(
      (partitionKey) => ({ partitionKey }),
    ),
  },
  'explicit hash keys': {
    records: ['0', '170141183460469231731687303715884105728', '340282366920938463463374607431768211455'].map(
      (explicitHashKey) => ({ explicitHashKey }),
    ),
  },
  'the largest record': { records: [sized(mebibyte - 1)] },
  'the most records': { records: many(500) },
  'half of them throttled': {
    records: many(40, sized(40_000)),
    server: { limits: { shardWriteBytesPerSecond: mebibyte } },
  },
  'entries that fail by themselves': {
    records: many(20),
    server: { faults: [{ kind: 'failRecord', skip: 3, times: 5 }] },
  },
};

const bad: Readonly<Record<string, Trial>> = {
  'no such stream': { records: [{}], stream: 'nowhere' },
  'a stream of elsewhere': { records: [{}], stream: arn.replace('tweets', 'nowhere') },
  'no records': { records: [] },
  'too many records': { records: many(501) },
  'a record that is too large': { records: [sized(mebibyte + 1)] },
  'a request that is too large': { records: many(11, sized(mebibyte - 1)) },
  'an empty key': { records: [{ partitionKey: '' }] },
  'a key that is too long': { records: [{}, { partitionKey: 'k'.repeat(257) }] },
  'a hash key that is no number': { records: [{ explicitHashKey: 'one' }] },
  'a hash key that is too large': { records: [{ explicitHashKey: `${2n ** 128n}` }] },
};

test.each(Object.entries(good))('%s: the same answers', async (_what, trial) => {
  const cbor = await played(trial, 'cbor');
  expect(cbor).toHaveLength(trial.records.length);
  expect(await played(trial, 'json')).toEqual(cbor);
  expect(await played(trial, undefined)).toEqual(cbor);
});

test.each(Object.entries(bad))('%s: the same exception', async (_what, trial) => {
  const cbor = await played(trial, 'cbor');
  expect(cbor).toMatchObject({ answered: true, name: expect.stringMatching(/Exception$/) });
  expect(await played(trial, 'json')).toEqual(cbor);
  expect(await played(trial, undefined)).toEqual(cbor);
});

/** What a request comes to. */
async function played(
  { records, stream = 'tweets', server: options }: Trial,
  format: BodyFormat | undefined,
) {
  const server = await startLocalKinesis({
    accountId: '000000000000',
    streams: [{ name: 'tweets', shards: 2 }],
    ...options,
  });
  const client = new KinesisClient({ ...server.clientConfig, region: 'us-east-1', maxAttempts: 1 });
  const bodies = format && { format, clock: systemClock, setAsideBytes: 0, maxIdleBytes: 0 };
  const api = sdkKinesisApi(client, stream, () => client.destroy(), bodies);
  let fellBack = 0;
  api.listen({
    held() {},
    fellBackToJson() {
      fellBack += 1;
    },
  });
  onTestFinished(async () => {
    api.close();
    await server.close();
  });
  const request = api.prepare(records.map(content));
  const comesTo = await request.send(new AbortController().signal).then(
    (answers) => answers.map(withoutNumber),
    (error) => {
      const { kind, name, message, answered } = serviceFaultOf(error);
      return { kind, name, message, answered, made: (error as Error).constructor.name };
    },
  );
  request.release();
  expect(fellBack).toBe(0);
  return comesTo;
}

/** Numbers differ from server to server. */
function withoutNumber(answer: object): object {
  return 'sequenceNumber' in answer ? { ...answer, sequenceNumber: typeof answer.sequenceNumber } : answer;
}
