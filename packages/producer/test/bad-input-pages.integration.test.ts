import { expect, test } from 'vitest';
import { attemptsOf, errorsOf, rudeTrial } from './support/bad-input.js';
import { atFirst, page, type Rudeness } from './support/rude-server.js';

/*
 * What stands between a producer and the service and answers for it: proxies, gateways, captive portals. A page of theirs is
 * quoted; what cannot pass fails at once, what may is tried again; the producer goes on once they are out of the way.
 */

test.each([301, 302, 307, 308, 401, 403, 404, 405, 407])(
  'a page with status %i: CLIENT_MISCONFIGURED at once, with the page, and good again without it',
  async (status) => {
    const { rude, put } = await rudeTrial();
    rude.onPut = page(status, { location: '/' });
    const errors = errorsOf(await put());
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'CLIENT_MISCONFIGURED',
        serviceError: `Http${status}`,
        retryable: false,
        mayBeStored: false,
      });
      expect(error.message).toContain('"tweets"');
      expect(error.message).toContain(`HTTP status ${status}`);
      expect(error.message).toContain('<html>');
      expect(error.message).toContain('proxies');
      expect(error.message).not.toMatch(/\n|Deserialization/);
    }
    // Redirects are not followed: no request for each.
    expect(rude.puts).toBeLessThanOrEqual(2);
    rude.onPut = undefined;
    attemptsOf(await put());
  },
);

test.each([
  [200, true],
  [400, true],
  [418, true],
  [429, false],
  [500, true],
  [502, true],
  [503, true],
  [504, true],
])(
  'a page with status %i is tried again until it is gone; may be stored: %s',
  async (status, mayBeStored) => {
    const { rude, put } = await rudeTrial();
    rude.onPut = atFirst(2, page(status));
    for (const codes of attemptsOf(await put())) {
      expect(codes.at(-1)).toBeUndefined();
      expect(codes.slice(0, -1).every((code) => code === `Http${status}`)).toBe(true);
    }
    const never = await rudeTrial({ recordTtlMs: 200 });
    never.rude.onPut = page(status);
    const sent = errorsOf(await never.put()).filter(({ attempts }) => attempts.length > 0);
    expect(sent).not.toEqual([]);
    for (const error of sent) {
      expect(error).toMatchObject({ code: 'RECORD_EXPIRED', retryable: true, mayBeStored });
      expect(error.message.replace(/:\d+ has/, ' has')).toContain(
        `ended in Http${status}: The answer of http://127.0.0.1 has HTTP status ${status} and is not one of the service's: "<`,
      );
      expect(error.message).toMatch(status === 429 ? /Put more slowly/ : /proxies and gateways/);
    }
  },
);

/** What takes no body above so many bytes. */
function bodyLimit(limitBytes: number, early: boolean): Rudeness {
  return async (call) => {
    const { request, response, body, pass } = call;
    if (Number(request.headers['content-length']) <= limitBytes) return pass();
    if (!early) await body();
    response.writeHead(413, { connection: 'close', 'content-type': 'text/html' }).end('<h1>Too large</h1>');
  };
}

test.each([false, true])(
  'a proxy that takes no large bodies (and does not read them: %s) gets smaller ones; a record too large for it fails alone',
  async (early) => {
    const { rude, producer, put } = await rudeTrial({ aggregate: 'never' });
    rude.onPut = bodyLimit(200_000, early);
    const outcomes = [...(await put(8, 60_000)), ...(await put(1, 400_000))];
    expect(outcomes.map(({ stored }) => stored)).toEqual([...Array(8).fill(true), false]);
    const [error] = errorsOf(outcomes.slice(-1));
    expect(error).toMatchObject({ code: 'RECORD_REFUSED', serviceError: 'Http413', mayBeStored: false });
    expect(error?.message).toContain('HTTP status 413');
    expect(producer.stats().storedRecords).toBe(8);
    attemptsOf(await put());
  },
);

test.each([
  ['refuses', 403, 'CLIENT_MISCONFIGURED'],
  ['says that it was stored', 200, 'RECORD_EXPIRED'],
])('a server that %s before it has read the body, and reads no further', async (_name, status, code) => {
  const { rude, put } = await rudeTrial({ recordTtlMs: 1_000, requestTimeoutMs: 500, aggregate: 'never' });
  rude.onPut = ({ request, response }) => {
    request.pause();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end('{}');
  };
  for (const error of errorsOf(await put(2, 900_000))) {
    expect(error.code).toBe(error.attempts.length > 0 ? code : 'RECORD_EXPIRED');
    expect(error.mayBeStored).toBe(status === 200 && error.attempts.length > 0);
  }
});

test('pages instead of shard maps: records go all the same, and say so', async () => {
  const { server, rude, producer } = await rudeTrial();
  rude.onOther = page(503);
  await producer.start();
  await expect(producer.put({ partitionKey: 'a', data: 'x' })).resolves.toBeDefined();
  rude.onOther = page(404);
  await expect(producer.start()).rejects.toMatchObject({
    code: 'CLIENT_MISCONFIGURED',
    serviceError: 'Http404',
  });
  await expect(producer.put({ partitionKey: 'a', data: 'x' })).resolves.toBeDefined();
  expect(server.kinesis.snapshot).toBeDefined();
});
