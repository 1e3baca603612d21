/**
 * Bad requests made on purpose, each over HTTP/1.1 and HTTP/2 in JSON and CBOR: wrong types at every place of every operation,
 * bodies cut at every byte, claims that no memory could hold, what is missing around the body. The answer has the service's
 * error and status, and the server is well afterwards.
 */
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalKinesisServer, startLocalKinesis } from '../src/index.js';
import { consumerOperations } from '../src/operations/consumer-operations.js';
import { operatorOperations } from '../src/operations/operator-operations.js';
import { recordOperations } from '../src/operations/record-operations.js';
import { streamOperations } from '../src/operations/stream-operations.js';
import {
  headersOf,
  testFormats,
  type WireAnswer,
  type WireCaller,
  wireCaller,
} from './support/wire-calls.js';
import { wrongInputs } from './support/wrong-values.js';

const operations = { ...streamOperations, ...recordOperations, ...consumerOperations, ...operatorOperations };
const maxBodyBytes = 400_000;
let server: LocalKinesisServer;
beforeAll(async () => {
  server = await startLocalKinesis({ streams: [{ name: 's' }], limits: 'none', maxBodyBytes });
});
afterAll(() => server.close());

describe.each(
  (['HTTP/1.1', 'HTTP/2'] as const).flatMap((protocol) =>
    (['json', 'cbor'] as const).map((name) => ({ protocol, name })),
  ),
)('over $protocol in $name', ({ protocol, name }) => {
  const format = testFormats[name];
  let caller: WireCaller;
  beforeAll(() => {
    caller = wireCaller(server.endpoint, protocol);
  });
  afterAll(async () => {
    caller.close();
    expect((await fetch(`${server.endpoint}/health`)).status).toBe(200);
  });

  const send = (operation: string, body: Uint8Array, headers: Record<string, string> = {}) =>
    caller.call({ ...headersOf(operation, format.contentType), ...headers }, body);
  const errorOf = ({ status, contentType, body }: WireAnswer) => {
    expect(contentType).toBe(format.contentType);
    const { __type, message } = format.decode(body) as { __type: string; message: string };
    expect(message).toMatch(/./);
    return `${status} ${__type}`;
  };

  it('refuses a wrong type at every place of every operation', async () => {
    let sent = 0;
    for (const [operation, { shape }] of Object.entries(operations)) {
      for (const input of wrongInputs(shape, name)) {
        const error = errorOf(await send(operation, format.encode(input)));
        if (error !== '400 SerializationException')
          expect.fail(`${operation} ${format.encode(input).toString('latin1')}: ${error}`);
        sent += 1;
      }
    }
    expect(sent).toBeGreaterThan(500);
  });

  it('refuses a body that is cut anywhere', async () => {
    const whole = format.encode({
      StreamName: 's',
      Records: [{ Data: name === 'json' ? 'aGk=' : Buffer.from('hi'), PartitionKey: 'k' }],
    });
    const empty = name === 'json' ? '400 SerializationException' : '400 ValidationException';
    expect(errorOf(await send('PutRecords', whole.subarray(0, 0)))).toBe(empty);
    for (let length = 1; length < whole.length; length += 1)
      expect(errorOf(await send('PutRecords', whole.subarray(0, length)))).toBe('400 SerializationException');
    expect((await send('PutRecords', whole)).status).toBe(200);
  });

  it.each([
    ['an unknown operation', 'Nonsense', {}, '400 UnknownOperationException'],
    ['no operation', 'ListShards', { 'x-amz-target': '' }, '400 UnknownOperationException'],
    [
      'a target of another service',
      'x',
      { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      '400 UnknownOperationException',
    ],
    ['a name that every object has', 'constructor', {}, '400 UnknownOperationException'],
    ['no signature', 'ListShards', { authorization: '' }, '400 IncompleteSignatureException'],
    [
      'half a signature',
      'ListShards',
      { authorization: 'AWS4-HMAC-SHA256 Credential=x' },
      '400 IncompleteSignatureException',
    ],
  ])('refuses %s', async (_what, operation, headers, error) => {
    expect(errorOf(await send(operation, format.encode({ StreamName: 's' }), headers))).toBe(error);
  });

  it('refuses a request without a signature', async () => {
    const { authorization: _, ...headers } = headersOf('ListShards', format.contentType);
    const answer = await caller.call(headers, format.encode({ StreamName: 's' }));
    expect(errorOf(answer)).toBe('400 MissingAuthenticationTokenException');
  });

  it('refuses the body of the other format', async () => {
    const other = testFormats[name === 'json' ? 'cbor' : 'json'];
    const answer = await send('ListShards', other.encode({ StreamName: 's' }));
    expect(errorOf(answer)).toBe('400 SerializationException');
  });

  it('refuses a body that is too long', async () => {
    const answer = await send('PutRecord', Buffer.alloc(3_000_000, 0x20));
    expect(errorOf(answer)).toBe('413 RequestEntityTooLargeException');
  });

  it('refuses deep nesting, or pays it no heed', async () => {
    const deep = (open: string, close: string) =>
      Buffer.from(open.repeat(40_000) + close.repeat(40_000), 'latin1');
    const bodies =
      name === 'json'
        ? [
            deep('[', ']'),
            deep('{"a":', '}'),
            Buffer.from(`{"Tags":${'['.repeat(40_000)}${']'.repeat(40_000)}}`),
          ]
        : [deep('\x81', ''), deep('\x9f', '\xff'), deep('\xbf\x61a', '\xff'), deep('\xc1', '')];
    for (const body of bodies)
      expect(errorOf(await send('AddTagsToStream', body))).toMatch(
        /^400 (Serialization|Validation)Exception$/,
      );
  });
});

describe('a content type that is neither', () => {
  it.each(['', 'application/json', 'application/cbor', 'application/x-amz-json-1.0', 'text/plain'])(
    'is refused: %j',
    async (contentType) => {
      for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
        const caller = wireCaller(server.endpoint, protocol);
        const answer = await caller.call(
          headersOf('ListShards', contentType),
          Buffer.from('{"StreamName":"s"}'),
        );
        caller.close();
        expect([answer.status, JSON.parse(answer.body.toString()).__type]).toEqual([
          404,
          'UnknownOperationException',
        ]);
      }
    },
  );
});

/** What makes a reader of CBOR work or allocate far beyond the bytes that it was sent. */
const bombs: Readonly<Record<string, string>> = {
  'a list of 2^32 members': '9b0000000100000000',
  'a list of 30 million members': '9a01c9c380',
  'a map of 2^63 members': 'bb8000000000000000',
  'a text of 2^40 bytes': '7b0000010000000000',
  'bytes of 4 GB in a key': 'a15affffffff',
  'a number of 60,000 digits': `c259ea60${'ff'.repeat(60_000)}`,
  'a negative number of 60,000 digits': `c359ea60${'ff'.repeat(60_000)}`,
  'a number that claims more digits than there are': 'c25bffffffffffffffff00',
  'a decimal with 2^28 zeros': 'c4821a1000000001',
  'a decimal of text': 'c482616161 61'.replace(' ', ''),
  'a big float': 'c5821b7fffffffffffffff01',
  'tags within tags': `${'c1'.repeat(50_000)}00`,
  'lists within lists': `${'81'.repeat(50_000)}00`,
  'parts without an end': `7f${'60'.repeat(90_000)}`,
};

describe('CBOR made to harm', () => {
  it.each(Object.entries(bombs))('is refused: %s', async (_name, hex) => {
    const caller = wireCaller(server.endpoint, 'HTTP/2');
    // As the body, as a member that is known and as one that is not.
    const known = Buffer.from('a16a53747265616d4e616d65', 'hex');
    const unknown = Buffer.from('a16178', 'hex');
    for (const before of [Buffer.alloc(0), known, unknown]) {
      const body = Buffer.concat([before, Buffer.from(hex, 'hex')]);
      const answer = await caller.call(headersOf('ListShards', testFormats.cbor.contentType), body);
      expect([answer.status, cbor.deserialize(answer.body).__type]).toEqual([400, 'SerializationException']);
    }
    caller.close();
  });

  it.each([1, 2, 3, 4])('is answered when it was mangled, seed %i', async (seed) => {
    const caller = wireCaller(server.endpoint, seed % 2 === 0 ? 'HTTP/1.1' : 'HTTP/2');
    const whole = testFormats.cbor.encode({
      StreamName: 's',
      Records: [{ Data: Buffer.from('hi'), PartitionKey: 'k', ExplicitHashKey: '5' }],
      DryRun: true,
      Timestamp: { tag: 1 },
    });
    const mangled = fc.record({
      at: fc.nat(whole.length),
      cut: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
      operation: fc.constantFrom(...Object.keys(operations)),
    });
    await fc.assert(
      fc.asyncProperty(mangled, async ({ at, cut, insert, operation }) => {
        const body = Buffer.concat([whole.subarray(0, at), insert, whole.subarray(at + cut)]);
        const answer = await caller.call(headersOf(operation, testFormats.cbor.contentType), body);
        expect([200, 400]).toContain(answer.status);
        cbor.deserialize(answer.body);
      }),
      { seed, numRuns: 400 },
    );
    caller.close();
    expect((await fetch(`${server.endpoint}/health`)).status).toBe(200);
  });
});
