import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../src/clock.js';
import { connectKinesis } from '../src/kinesis-connection.js';

afterEach(() => void vi.unstubAllEnvs());

type Config = Parameters<typeof connectKinesis>[0];

/** A service that takes one session token, and counts. */
function service(errorName = 'ExpiredTokenException', status = 400) {
  const handler = {
    takes: 'old',
    requests: 0,
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: { readonly headers: Readonly<Record<string, string>> }) => {
      handler.requests += 1;
      const isGood = request.headers['x-amz-security-token'] === handler.takes;
      const body = isGood
        ? { StreamNames: [], HasMoreStreams: false }
        : { __type: errorName, message: 'Refused, scripted.' };
      const headers = { 'content-type': 'application/x-amz-json-1.1' };
      const bytes = Buffer.from(JSON.stringify(body));
      return { response: { statusCode: isGood ? 200 : status, headers, body: bytes } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  return handler;
}

/** A client that talks to `handler`, with a clock that stands still. */
function connect(handler: ReturnType<typeof service>, more: Partial<Config>) {
  const time = { ms: 0 };
  const clock = { ...systemClock, monotonic: () => time.ms };
  const base = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', requestHandler: handler as never };
  const client = connectKinesis({ ...base, ...more }, { maxSockets: 8 }, clock);
  onTestFinished(() => client.destroy());
  return { time, list: () => client.send(new ListStreamsCommand({})) };
}

function source(expiresInMs?: number) {
  const held = { token: 'old', calls: 0, failsWith: undefined as Error | undefined };
  const credentials = async () => {
    held.calls += 1;
    if (held.failsWith) throw held.failsWith;
    const expiration = expiresInMs === undefined ? undefined : new Date(Date.now() + expiresInMs);
    return {
      accessKeyId: 'a',
      secretAccessKey: 'b',
      sessionToken: held.token,
      ...(expiration && { expiration }),
    };
  };
  return { held, credentials };
}

describe.each([undefined, 600_000, 3_600_000])('a provider whose credentials expire in %s ms', (inMs) => {
  test('is asked anew once the service has refused them, and the call passes', async () => {
    const handler = service();
    const { held, credentials } = source(inMs);
    const { list } = connect(handler, { credentials });
    await list();
    handler.takes = 'new';
    held.token = 'new';
    await list();
    expect([handler.requests, held.calls]).toEqual([3, 2]);
    await list();
    expect([handler.requests, held.calls]).toEqual([4, 2]);
  });
});

test.each([
  ['UnrecognizedClientException', 400],
  ['InvalidClientTokenId', 403],
  ['InvalidSignatureException', 400],
  ['ExpiredToken', 403],
])('%s (%i) is a refusal of credentials', async (name, status) => {
  const handler = service(name, status);
  const { held, credentials } = source();
  const { list } = connect(handler, { credentials });
  await list();
  handler.takes = held.token = 'new';
  await list();
});

test.each(['AccessDeniedException', 'ResourceNotFoundException', 'InternalFailure'])(
  'nothing is asked for another error: %s',
  async (name) => {
    const handler = service(name);
    const { held, credentials } = source();
    const { list } = connect(handler, { credentials });
    await list();
    handler.takes = held.token = 'new';
    await expect(list()).rejects.toMatchObject({ name });
    expect([handler.requests, held.calls]).toEqual([2, 1]);
  },
);

test('while the provider has nothing newer, calls fail after one try, and it is asked once in 5 s', async () => {
  const handler = service();
  const { held, credentials } = source();
  const { list, time } = connect(handler, { credentials });
  await list();
  handler.takes = 'new';
  const refused = { name: 'ExpiredTokenException' };
  await expect(list()).rejects.toMatchObject(refused);
  time.ms += 4_999;
  await expect(list()).rejects.toMatchObject(refused);
  expect([handler.requests, held.calls]).toEqual([3, 2]);
  held.token = 'new';
  time.ms += 1;
  await list();
  expect([handler.requests, held.calls]).toEqual([5, 3]);
});

test('calls that are refused together ask once, and all pass', async () => {
  const handler = service();
  const { held, credentials } = source();
  const { list } = connect(handler, { credentials });
  await list();
  handler.takes = held.token = 'new';
  await Promise.all(Array.from({ length: 5 }, list));
  expect(held.calls).toBe(2);
});

test('a refusal that comes late, when there are others already, asks nobody', async () => {
  const handler = service();
  const { held, credentials } = source();
  const { list, time } = connect(handler, { credentials });
  await list();
  handler.takes = held.token = 'new';
  let letGo = () => {};
  const kept = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { handle } = handler;
  handler.handle = async (request) => {
    handler.handle = handle;
    const answer = await handle(request);
    await kept;
    return answer;
  };
  const [late, prompt] = [list(), list()];
  await Promise.race([late, prompt]);
  time.ms += 5_000;
  letGo();
  await Promise.all([late, prompt]);
  expect(held.calls).toBe(2);
});

// Within 5 minutes of their end the SDK asks for others by itself, at each call: it holds those when the refusal comes.
test.each([undefined, 200_000, 3_600_000])(
  'a call is signed anew for credentials (with %s ms to go) that were replaced on its way',
  async (expiresInMs) => {
    const handler = service();
    const { held, credentials } = source(expiresInMs);
    const { list } = connect(handler, { credentials });
    await list();
    const { handle } = handler;
    handler.handle = (request) => {
      handler.handle = handle;
      handler.takes = held.token = 'new';
      return handle(request);
    };
    await list();
    expect(handler.requests).toBe(3);
  },
);

test('a call that passes asks the provider no more often than the SDK does', async () => {
  const handler = service();
  const [ours, theirs] = [source(200_000), source(200_000)];
  const { list } = connect(handler, { credentials: ours.credentials });
  await list();
  const endpoint = 'http://127.0.0.1:1';
  const config = { region: 'eu-west-1', endpoint, requestHandler: handler as never };
  const client = new KinesisClient({ ...config, credentials: theirs.credentials });
  onTestFinished(() => client.destroy());
  await client.send(new ListStreamsCommand({}));
  expect(ours.held.calls).toBe(theirs.held.calls);
});

test('what is refused twice is not tried a third time', async () => {
  const handler = service();
  const { held, credentials } = source();
  const { list } = connect(handler, { credentials });
  await list();
  handler.takes = 'newest';
  held.token = 'new';
  await expect(list()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  expect(handler.requests).toBe(3);
});

test('a provider that fails when it is asked anew says why', async () => {
  const handler = service();
  const { held, credentials } = source();
  const { list, time } = connect(handler, { credentials });
  await list();
  handler.takes = 'new';
  held.failsWith = new Error('The login has run out.');
  await expect(list()).rejects.toThrow('The login has run out.');
  held.failsWith = undefined;
  held.token = 'new';
  time.ms += 5_000;
  await list();
});

test('credentials that are given as they are have no provider to ask', async () => {
  const handler = service();
  const { list } = connect(handler, {
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'old' },
  });
  await list();
  handler.takes = 'new';
  await expect(list()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  expect(handler.requests).toBe(2);
});

test('a credentials file that was rewritten is read again, also by another client', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'shardline-credentials-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'credentials');
  const write = (token: string) =>
    writeFileSync(
      file,
      `[default]\naws_access_key_id=a\naws_secret_access_key=b\naws_session_token=${token}\n`,
    );
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
  vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'none'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  write('old');
  const handler = service();
  const { list } = connect(handler, {});
  await list();
  handler.takes = 'new';
  write('new');
  await list();
  expect(handler.requests).toBe(3);
  handler.takes = 'newest';
  write('newest');
  const other = connect(handler, {});
  await other.list();
  expect(handler.requests).toBe(4);
});
