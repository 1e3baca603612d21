import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { readStream } from '@shardline/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { awsEnvironment } from './support/aws-environment.js';
import { type Deadline, deadlineIn } from './support/deadline.js';
import { startJava } from './support/java-process.js';
import type { LineProcess } from './support/line-process.js';
import { kplFolder } from './support/prepare-java.js';
import { pathOf, titleOf } from './support/tool.js';
import { trustFile } from './support/trust-file.js';

/** The KPL and its native child, which speaks HTTP/1.1 over TLS. */
const java = inject('java');
const stream = 'kpl';
const keys = 150;
const rounds = 20;
/** All waits of the preparation together: they end, with what was waited for and its log, before the hook does. */
const preparedWithinMs = 400_000;

/** Node's own channel: requests to any server of this process. */
const requestsStart = 'http.server.request.start';

interface Put {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly data: Buffer;
}

/** What became of a record, by the KPL's word. */
interface Told {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

describe.skipIf(java.missing !== undefined)(titleOf('KPL 1.1.1 for Java', java), () => {
  const puts: Put[] = [];
  const told: Told[] = [];
  let kinesis: LocalKinesisServer;
  let kpl: LineProcess;
  const failures: string[] = [];
  let trusted: ReturnType<typeof trustFile>;
  let flushes = 0;
  let leftMs: Deadline;
  /** Of its requests to put records, as the server's HTTP parser saw them. */
  const forms = new Set<string>();
  const onRequest = (message: unknown) => {
    const { headers, httpVersion } = (message as { readonly request: IncomingMessage }).request;
    if (!String(headers['x-amz-target']).endsWith('.PutRecords')) return;
    forms.add(`HTTP/${httpVersion}, ${headers['content-type']}, Expect: ${headers.expect ?? 'nothing'}`);
  };

  beforeAll(async () => {
    const classPath = pathOf(java);
    leftMs = deadlineIn(preparedWithinMs);
    subscribe(requestsStart, onRequest);
    kinesis = await startLocalKinesis({ streams: [{ name: stream, shards: 4 }], tls: true });
    const folder = kplFolder(classPath);
    mkdirSync(folder, { recursive: true });
    trusted = trustFile(kinesis.certificate);
    const { hostname, port } = new URL(kinesis.endpoint);
    let ready = false;
    kpl = startJava(classPath, 'KplApplication', [stream, hostname, port, trusted.path, folder], {
      env: awsEnvironment({}),
      onLine: ([what = '', ...rest]) => {
        ready = true;
        if (what === 'flushed') flushes += 1;
        if (what === 'failed') failures.push(rest.join(' '));
        if (what === 'stored') told.push({ shardId: rest[0] ?? '', sequenceNumber: rest[1] ?? '' });
      },
    });
    await kpl.until(() => ready, 'its start', leftMs());
    await untilItAggregates();
    for (let round = 0; round < rounds; round += 1) await putOfEachKey(round);
  }, preparedWithinMs + 60_000);

  afterAll(async () => {
    unsubscribe(requestsStart, onRequest);
    await kpl?.stop();
    await kinesis?.close();
    trusted?.remove();
  });

  /** Before it knows the stream's shards this KPL aggregates nothing, and leaves out the explicit hash keys it is given. */
  async function untilItAggregates(): Promise<void> {
    for (;;) {
      for (const data of ['one', 'other']) put({ partitionKey: 'first', data: Buffer.from(data) });
      await flush();
      if (told.at(-1)?.sequenceNumber === told.at(-2)?.sequenceNumber) return;
    }
  }

  /**
   * One record of each key, and all of them stored before the next round: the KPL has several requests under way and keeps no
   * order between them.
   */
  async function putOfEachKey(round: number): Promise<void> {
    for (let key = 0; key < keys; key += 1) put(recordOf(key, round));
    await flush();
  }

  async function flush(): Promise<void> {
    const before = flushes;
    kpl.write('flush');
    await kpl.until(() => flushes > before, `flush ${before + 1}`, leftMs());
  }

  function put(record: Put): void {
    puts.push(record);
    const { partitionKey, explicitHashKey = '-', data } = record;
    kpl.write('put', Buffer.from(partitionKey).toString('base64'), explicitHashKey, data.toString('base64'));
  }

  it('tells that every record is stored', () => {
    expect(failures).toEqual([]);
    expect(told.length).toBe(puts.length);
  });

  it('speaks JSON over HTTP/1.1, and sends its bodies unasked', () => {
    expect([...forms]).toEqual(['HTTP/1.1, application/x-amz-json-1.1, Expect: nothing']);
  });

  it('has put exactly what it was given, where it says, in order by key', async () => {
    const found = new Map<string, string[]>();
    const places = new Set<string>();
    for await (const page of readStream({ kinesis: kinesis.kinesis, stream, readAs: 'kcl', settleMs: 0 })) {
      for (const { partitionKey, data, shardId, sequenceNumber } of page.userRecords) {
        append(found, partitionKey, data);
        places.add(`${shardId} ${sequenceNumber}`);
      }
    }
    const given = new Map<string, string[]>();
    for (const { partitionKey, data } of puts) append(given, partitionKey, data);
    expect(found).toEqual(given);
    expect(told.filter(({ shardId, sequenceNumber }) => !places.has(`${shardId} ${sequenceNumber}`))).toEqual(
      [],
    );
  });

  it('aggregates', async () => {
    let records = 0;
    for await (const page of readStream({ kinesis: kinesis.kinesis, stream, settleMs: 0 }))
      records += page.records;
    expect(records).toBeLessThan(puts.length / 5);
  });
});

/** Keys beyond ASCII, chosen hash keys, empty data and data that no aggregate takes. */
function recordOf(key: number, round: number): Put {
  const partitionKey = key % 10 === 3 ? `ключ ${key}` : `key-${key}`;
  const size = key === 0 && round % 5 === 0 ? 60_000 : (key * 7 + round * 13) % 900;
  const data = Buffer.alloc(size, `${round}:${key} `);
  if (key % 10 !== 7) return { partitionKey, data };
  return { partitionKey, explicitHashKey: String((BigInt(key) << 120n) & ((1n << 128n) - 1n)), data };
}

function append(lines: Map<string, string[]>, partitionKey: string, data: Uint8Array): void {
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const line = `${data.byteLength} bytes: ${Buffer.from(data).toString('latin1', 0, 8)}… ${digest}`;
  const list = lines.get(partitionKey);
  if (list === undefined) lines.set(partitionKey, [line]);
  else list.push(line);
}
