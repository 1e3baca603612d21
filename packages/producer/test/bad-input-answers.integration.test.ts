import { describe, expect, test } from 'vitest';
import { attemptsOf, errorsOf, rudeTrial } from './support/bad-input.js';
import { atFirst, changed, type Rudeness } from './support/rude-server.js';

/*
 * Answers that are broken, over real HTTP: whatever they are, the call may have had its effect (P1), so that its records are put
 * again, and stored once something sensible answers. Cannot catch: what a broken middleman does to TLS.
 */

type Entries = Record<string, unknown>[];
const entries = (change: (entries: Entries) => unknown): Rudeness =>
  changed((answer) => ({ ...answer, Records: change(answer.Records as Entries) }));
const eachEntry = (change: (entry: Record<string, unknown>) => unknown): Rudeness =>
  entries((all) => all.map(change));

/** What is wrong with an answer, and what the attempt is called. */
const broken: readonly [string, Rudeness, string][] = [
  ['fewer entries than the request', entries((all) => all.slice(1)), 'RecordCountMismatch'],
  ['more entries than the request', entries((all) => [...all, ...all]), 'RecordCountMismatch'],
  ['no entries', changed(() => ({ FailedRecordCount: 0 })), 'RecordCountMismatch'],
  ['something else than a list', entries(() => 'all of them'), 'RecordCountMismatch'],
  ['an object instead of a list', entries(() => ({})), 'RecordCountMismatch'],
  ['null', changed(() => null), 'RecordCountMismatch'],
  ['entries that are null', eachEntry(() => null), 'UnknownError'],
  ['entries that are text', eachEntry(() => 'stored'), 'UnknownError'],
  ['entries without ids', eachEntry(() => ({})), 'UnknownError'],
  ['a shard without a sequence number', eachEntry(({ ShardId }) => ({ ShardId })), 'UnknownError'],
  ['ids that are numbers', eachEntry(() => ({ ShardId: 5, SequenceNumber: 7 })), 'UnknownError'],
  ['an error without a name', eachEntry(() => ({ ErrorCode: null, ErrorMessage: 'No.' })), 'UnknownError'],
  [
    'an error named like a member of every object',
    eachEntry(() => ({ ErrorCode: '__proto__' })),
    '__proto__',
  ],
  ['nothing', ({ effect, response }) => void effect().then(() => response.end()), 'RecordCountMismatch'],
  [
    'half a body, and the connection cut',
    async ({ effect, response }) => {
      const { headers, body } = await effect();
      response.writeHead(200, headers).write(body.subarray(0, body.length / 2), () => response.destroy());
    },
    'ECONNRESET',
  ],
  [
    'half a body as if it were the whole',
    async ({ effect, response }) => {
      const { headers, body } = await effect();
      const { 'content-length': _length, ...others } = headers;
      response.writeHead(200, others).end(body.subarray(0, body.length / 2));
    },
    'Http200',
  ],
  [
    'a head without a body',
    async ({ effect, response }) => {
      await effect();
      response.writeHead(200, { 'content-length': '100' }).flushHeaders();
    },
    'TimeoutError',
  ],
  [
    'a body without end',
    async ({ body, response }) => {
      await body();
      response.writeHead(200);
      const dripping = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(dripping));
    },
    'TimeoutError',
  ],
  [
    'something that is not HTTP',
    async ({ body, response }) => {
      await body();
      response.socket?.end('220 mail.example.com ESMTP\r\n');
    },
    'HPE_INVALID_CONSTANT',
  ],
  [
    'nothing, and the connection cut',
    async ({ body, response }) => {
      await body();
      response.destroy();
    },
    'ECONNRESET',
  ],
];

/** Broken in either format of a body. */
const inBoth = broken.flatMap(([name, rudeness, errorCode]) =>
  (['cbor', 'json'] as const).map((bodyFormat) => ({ name, rudeness, errorCode, bodyFormat })),
);

test.each(inBoth)(
  '$bodyFormat, $name: put again, and stored',
  async ({ rudeness, errorCode, bodyFormat }) => {
    const requestTimeoutMs = errorCode === 'TimeoutError' ? 200 : 10_000;
    const { rude, put } = await rudeTrial({ requestTimeoutMs, bodyFormat });
    // One for each shard: one answer or two, as the records happen to be sent.
    rude.onPut = atFirst(2, rudeness);
    for (const codes of attemptsOf(await put())) {
      expect(codes.at(-1)).toBeUndefined();
      expect(codes.slice(0, -1).filter((code) => code !== errorCode)).toEqual([]);
    }
    expect(rude.puts).toBeGreaterThan(1);
    rude.onPut = undefined;
    attemptsOf(await put());
  },
);

/** The first of each name. */
const oneOfEach = broken.filter(
  ([, , code], at) => code !== '__proto__' && broken.findIndex(([, , other]) => other === code) === at,
);

describe('a record that is never answered well expires', () => {
  test.each(oneOfEach)(
    '%s: the error names it, says that the record may be stored, and what to look at',
    async (_name, rudeness, errorCode) => {
      const { rude, producer, put } = await rudeTrial({
        requestTimeoutMs: errorCode === 'TimeoutError' ? 200 : 10_000,
        recordTtlMs: 500,
      });
      rude.onPut = rudeness;
      const sent = errorsOf(await put(4)).filter(({ attempts }) => attempts.length > 0);
      expect(sent).not.toEqual([]);
      for (const error of sent) {
        expect(error).toMatchObject({ code: 'RECORD_EXPIRED', retryable: true, mayBeStored: true });
        expect(error.message).toContain(`its last attempt ended in ${errorCode}`);
        expect(error.message).toContain('It may have been stored');
        expect(error.message).toMatch(/endpoint/);
        expect(error.record.partitionKey).toMatch(/^key-\d$/);
      }
      expect(producer.stats().outstandingRecords).toBe(0);
    },
  );
});

test.each([
  ['a shard that does not exist', 'shardId-000000009999', '1'],
  ['a shard of no name at all', '\u0000', 'x'],
])(
  'stored in %s, says the answer: members are put again alone, since none is known to be where it belongs (P4)',
  async (_name, ShardId, SequenceNumber) => {
    const { rude, put } = await rudeTrial();
    rude.onPut = atFirst(
      1,
      eachEntry(() => ({ ShardId, SequenceNumber })),
    );
    const attempts = attemptsOf(await put());
    expect(attempts.flat()).toContain('UnknownShard');
  },
);

test('an answer that is too few by one: no neighbour is taken for another', async () => {
  const { rude, producer, put } = await rudeTrial({ aggregate: 'never' });
  rude.onPut = atFirst(
    1,
    entries((all) => all.slice(1)),
  );
  const outcomes = await put(20);
  expect(attemptsOf(outcomes).every(([first]) => first === 'RecordCountMismatch')).toBe(true);
  expect(producer.stats().storedRecords).toBe(20);
});
