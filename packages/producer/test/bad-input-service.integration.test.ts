import { expect, test, vi } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import { attemptsOf, errorsOf, rudeTrial } from './support/bad-input.js';
import type { Rudeness } from './support/rude-server.js';

/*
 * The service itself says no while a producer is at work: credentials, keys, streams that change. Typed at once, no retry that
 * cannot help, and good again once the cause is gone. Cannot catch: how the service itself words it.
 */

/** Refuses whatever is signed with this access key. */
function refusing(accessKeyId: string, errorName: string): Rudeness {
  return async ({ request, response, body, pass }) => {
    if (!String(request.headers.authorization).includes(`Credential=${accessKeyId}/`)) return pass();
    await body();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(
      JSON.stringify({
        __type: errorName,
        message: 'The security token included in the request is expired',
      }),
    );
  };
}

/** Credentials that say how long they are good for; below five minutes the SDK asks anew for each call. */
const credentialsFor = (accessKeyId: string, ms: number) => ({
  accessKeyId,
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: new Date(Date.now() + ms),
});

test.each(['ExpiredTokenException', 'UnrecognizedClientException'])(
  'credentials end under way (%s): CREDENTIALS_REJECTED at once while the provider has no others, good again when it has',
  async (errorName) => {
    let accessKeyId = 'first';
    const credentials = async () => credentialsFor(accessKeyId, 60_000);
    const { rude, put } = await rudeTrial({}, { credentials });
    attemptsOf(await put());
    rude.onPut = refusing('first', errorName);
    for (const error of errorsOf(await put())) {
      expect(error).toMatchObject({
        code: 'CREDENTIALS_REJECTED',
        serviceError: errorName,
        retryable: false,
        mayBeStored: false,
      });
      expect(error.attempts).toHaveLength(1);
      expect(error.message).toMatch(/"tweets".*valid AWS credentials/);
    }
    accessKeyId = 'second';
    attemptsOf(await put());
  },
);

test('a provider that renews in time is not noticed', async () => {
  let asked = 0;
  const credentials = async () => {
    asked += 1;
    return credentialsFor(`key-${asked}`, 60_000);
  };
  const { put } = await rudeTrial({}, { credentials });
  const before = asked;
  for (let round = 0; round < 3; round += 1) attemptsOf(await put());
  expect(asked).toBeGreaterThan(before);
});

test('a provider that fails for a while: CREDENTIALS_REJECTED meanwhile, good again after', async () => {
  let fails = false;
  const credentials = async () => {
    if (fails)
      throw Object.assign(new Error('Could not load credentials.'), { name: 'CredentialsProviderError' });
    return credentialsFor('key', 60_000);
  };
  const { rude, put } = await rudeTrial({}, { credentials });
  fails = true;
  for (const error of errorsOf(await put())) {
    expect(error).toMatchObject({ code: 'CREDENTIALS_REJECTED', mayBeStored: false });
    expect(error.message).toContain('Could not load credentials.');
  }
  expect(rude.puts).toBe(0);
  fails = false;
  attemptsOf(await put());
});

test.each([
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSAccessDeniedException',
  'KMSNotFoundException',
])(
  'the key of the stream is of no use (%s): ENCRYPTION_KEY_UNUSABLE at once, good again once it is',
  async (errorCode) => {
    const { server, put } = await rudeTrial();
    server.kinesis.faults.add({
      kind: 'failCall',
      operation: 'PutRecords',
      errorCode,
      errorText: 'The key is not usable.',
    });
    for (const error of errorsOf(await put())) {
      expect(error).toMatchObject({
        code: 'ENCRYPTION_KEY_UNUSABLE',
        serviceError: errorCode,
        retryable: false,
      });
      expect(error.message).toMatch(/"tweets".*The key is not usable\. .*KMS key is enabled/);
      expect(error.attempts).toHaveLength(1);
    }
    server.kinesis.faults.clear();
    attemptsOf(await put());
  },
);

test('a key that is asked too often is throttling: tried again, more slowly', async () => {
  const { server, producer, put } = await rudeTrial();
  const errorCode = 'KMSThrottlingException';
  server.kinesis.faults.add({ kind: 'failCall', operation: 'PutRecords', errorCode, times: 2 });
  const attempts = attemptsOf(await put());
  expect(attempts.flat()).toContain(errorCode);
  expect(producer.stats().throttledEntries).toBeGreaterThan(0);
});

test('a stream that is deleted and made again under its name takes records again', async () => {
  const { server, put } = await rudeTrial();
  await server.kinesis.call('DeleteStream', { StreamName: 'tweets' });
  await vi.waitFor(async () => {
    const [error] = errorsOf(await put(1));
    expect(error).toMatchObject({ code: 'STREAM_NOT_FOUND', retryable: false, mayBeStored: false });
  }, 10_000);
  await server.kinesis.call('CreateStream', { StreamName: 'tweets', ShardCount: 1 });
  await vi.waitFor(async () => attemptsOf(await put(4)), { timeout: 20_000, interval: 200 });
});

test('a stream that begins to place records itself: aggregation stops, nothing fails', async () => {
  const reasons: string[] = [];
  const { server, put } = await rudeTrial(
    {
      onEvent(event) {
        if (event.type === 'aggregation-stopped') reasons.push(event.reason);
      },
    },
    {},
    { mode: 'on-demand' },
  );
  attemptsOf(await put(20));
  await server.kinesis.call('UpdateStreamRecordDistributionStrategy', {
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/tweets',
    RecordDistributionStrategy: 'AUTO',
  });
  await vi.waitFor(async () => {
    attemptsOf(await put(20));
    expect(reasons).not.toEqual([]);
  }, 30_000);
  attemptsOf(await put(20));
});

/** Refuses what is signed more than five minutes off a clock that is ahead of this machine's. */
function clockAhead(aheadMs: () => number): Rudeness {
  return async ({ request, response, body, effect }) => {
    const nowMs = Date.now() + aheadMs();
    response.setHeader('date', new Date(nowMs).toUTCString());
    const signed = String(request.headers['x-amz-date']).replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    if (Math.abs(Date.parse(signed) - nowMs) < 300_000) {
      const answer = await effect();
      const { date: _date, ...headers } = answer.headers;
      response.writeHead(answer.status, headers).end(answer.body);
      return;
    }
    await body();
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: 'InvalidSignatureException', message: `Signature expired: ${signed}` }));
  };
}

test('a clock that is ten minutes off, from the start or under way, either way: nothing fails', async () => {
  let aheadMs = 0;
  const { rude, producer, put } = await rudeTrial();
  rude.onPut = rude.onOther = clockAhead(() => aheadMs);
  for (const next of [600_000, -600_000, 0]) {
    aheadMs = next;
    const attempts = attemptsOf(await put(40));
    expect(attempts.flat().filter((code) => code !== undefined)).toEqual([]);
    await producer.start();
  }
});

test('a clock that is off where answers do not say what time it is: CREDENTIALS_REJECTED, which says to check the clock', async () => {
  let aheadMs = 600_000;
  const { rude, put } = await rudeTrial();
  const skewed = clockAhead(() => aheadMs);
  rude.onPut = (call) => {
    call.response.sendDate = false;
    call.response.setHeader = () => call.response;
    return skewed(call);
  };
  for (const error of errorsOf(await put())) {
    expect(error).toMatchObject({ code: 'CREDENTIALS_REJECTED', serviceError: 'InvalidSignatureException' });
    expect(error.message).toMatch(/check the clock of this machine/);
  }
  aheadMs = 0;
  attemptsOf(await put());
});

/** What comes in one after the other, over and over; nothing: the call is answered as it should be. */
const troubles = [
  undefined,
  'AccessDeniedException',
  'InternalFailure',
  undefined,
  'ThrottlingException',
  'KMSDisabledException',
  'NewException',
];

test('one trouble after the other, and again and again: each record is settled once, and the producer outlives it', async () => {
  const { rude, put } = await rudeTrial();
  const met = new Set<string | undefined>();
  rude.onPut = async ({ response, body, pass }) => {
    const trouble = troubles[rude.puts % troubles.length];
    if (trouble === undefined) return pass();
    await body();
    const status = trouble === 'InternalFailure' ? 500 : 400;
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: trouble, message: 'No.' }));
  };
  // As many as it takes to meet each trouble twice, and what comes between.
  while (rude.puts < 3 * troubles.length) {
    for (const outcome of await put(10)) {
      if (!outcome.stored) expect(outcome.error).toMatchObject({ retryable: false });
      const { attempts } = outcome.stored ? outcome.result : (outcome.error as RecordFailedError);
      for (const { errorCode } of attempts) met.add(errorCode);
    }
  }
  expect([...met].toSorted()).toEqual([...new Set(troubles)].toSorted());
  rude.onPut = undefined;
  attemptsOf(await put());
});
