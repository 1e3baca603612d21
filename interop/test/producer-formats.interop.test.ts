import { startLocalKinesis } from '@shardline/local';
import { Producer, type ProducerEvent } from '@shardline/producer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenario } from '../src/differential/scenario.js';
import { KinesisLocalProcess } from '../src/differential/servers.js';

/*
 * The producer with both formats of a request body, against kinesis-local and our own server: the same records come to the same
 * outcomes, stored by the first attempt or refused by the same name. Catches what our own server takes and another does not.
 */

const region = 'us-east-1';
const streamName = 's';
/** kinesis-local tells accounts apart by the access key. */
const accountId = '000000000001';
const records = ['a', 'ü', '日本', '😀', '"\\\n', 'k'.repeat(256), 'lone \ud800'].flatMap((partitionKey) =>
  [0, 1, 255, 256, 70_000].map((bytes) => ({ partitionKey, data: new Uint8Array(bytes).fill(7) })),
);
let kinesisLocal: KinesisLocalProcess;

beforeAll(async () => {
  kinesisLocal = await KinesisLocalProcess.start('brisk');
  const stage = await kinesisLocal.stage(scenario('formats', { [streamName]: 2 }, []), accountId);
  await stage.close();
}, 180_000);

afterAll(() => kinesisLocal?.close());

/** What a producer makes of the records, and which formats it found out about. */
async function outcomesAt(endpoint: string, bodyFormat: 'cbor' | 'json', stream: string) {
  const events: ProducerEvent[] = [];
  const producer = new Producer({
    stream,
    bodyFormat,
    aggregate: 'never',
    lingerMs: 0,
    clientConfig: { endpoint, region, credentials: { accessKeyId: accountId, secretAccessKey: 'secret' } },
    onEvent: (event) => void events.push(event),
  });
  try {
    const outcomes = [...(await producer.putMany(records))].map((outcome) =>
      outcome.stored ? `stored in ${outcome.result.shardId}` : outcome.error.code,
    );
    return { outcomes, fallbacks: events.filter(({ type }) => type === 'json-fallback') };
  } finally {
    await producer.close();
  }
}

it.each([
  ['that is there', streamName, /^stored in shardId-00000000000[01]$/],
  ['that is not there', 'nowhere', /^STREAM_NOT_FOUND$/],
])(
  'a stream %s takes records in CBOR as in JSON, wherever it is',
  async (_what, stream, outcome) => {
    const ours = await startLocalKinesis({ region, streams: [{ name: streamName, shards: 2 }] });
    try {
      const expected = await outcomesAt(ours.endpoint, 'cbor', stream);
      expect(expected).toEqual({
        outcomes: records.map(() => expect.stringMatching(outcome)),
        fallbacks: [],
      });
      expect(await outcomesAt(ours.endpoint, 'json', stream)).toEqual(expected);
      expect(await outcomesAt(kinesisLocal.endpoint, 'cbor', stream)).toEqual(expected);
      expect(await outcomesAt(kinesisLocal.endpoint, 'json', stream)).toEqual(expected);
    } finally {
      await ours.close();
    }
  },
  60_000,
);
