import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { ManualClock } from '@shardline/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callWithin } from '../src/call-within.js';
import { connectKinesis } from '../src/kinesis-connection.js';
import { type ServiceFault, serviceFaultOf } from '../src/service-fault.js';
import { traced } from '../src/traced.js';

type Handle = () => Promise<{ response: object }>;

const good = { accessKeyId: 'a', secretAccessKey: 'b' };
const headers = { 'content-type': 'application/x-amz-json-1.1' };
const answered: Handle = async () => ({
  response: { statusCode: 200, headers, body: Buffer.from('{"StreamNames":[],"HasMoreStreams":false}') },
});
const refused = (__type: string): Handle => {
  const body = Buffer.from(JSON.stringify({ __type, message: 'Refused, scripted.' }));
  return async () => ({ response: { statusCode: 400, headers, body } });
};
const never = () => new Promise<never>(() => {});
const fails = (error: unknown) => () => Promise.reject(error);
const named = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('why'), { name }, httpStatusCode && { $metadata: { httpStatusCode } });

/** A client of ours, or one that was made elsewhere, and calls of it that are given up after a second. */
function clientOf(credentials: () => Promise<object>, handle: Handle, isOurs = true) {
  const requests = { count: 0 };
  const requestHandler = {
    handle: () => {
      requests.count += 1;
      return handle();
    },
    destroy() {},
  };
  const config = {
    region: 'eu-west-1',
    endpoint: 'http://10.0.0.7:4567',
    requestHandler: requestHandler as never,
    credentials: credentials as never,
  };
  const clock = new ManualClock();
  const client = isOurs ? connectKinesis(config, { maxSockets: 1 }, clock) : new KinesisClient(config);
  onTestFinished(() => client.destroy());
  const list = () =>
    callWithin(clock, 1_000, (abortSignal) =>
      client.send(traced(new ListStreamsCommand({}), abortSignal), { abortSignal }),
    );
  return { client, clock, requests, list };
}

async function faultOf(call: Promise<unknown>): Promise<ServiceFault> {
  return serviceFaultOf(
    await call.then(
      () => 'passed',
      (error: unknown) => error,
    ),
  );
}

describe.each([true, false])('with a client of ours (%s)', (isOurs) => {
  test('credentials that never come: nothing was sent, and the fault says for want of what', async () => {
    const { clock, requests, list } = clientOf(never, answered, isOurs);
    const fault = faultOf(list());
    await clock.advance(1_000);
    expect(await fault).toMatchObject({
      kind: 'transient',
      name: 'CredentialsUnavailable',
      message: 'No answer within 1000 ms: no credentials came from their provider.',
      answered: false,
      sent: false,
    });
    expect(requests.count).toBe(0);
  });

  test.each([
    named('TimeoutError'),
    named('ThrottlingException', 400),
    named('ServiceUnavailable', 503),
    Object.freeze(named('TimeoutError')),
    'text',
  ])('a provider that fails with %o: nothing was sent', async (error) => {
    const { requests, list } = clientOf(fails(error), answered, isOurs);
    expect(await faultOf(list())).toMatchObject({
      kind: 'transient',
      name: 'CredentialsUnavailable',
      answered: false,
      sent: false,
    });
    expect(requests.count).toBe(0);
  });

  test('credentials that fail when the request is signed, having expired since, fail the same', async () => {
    let isBuilt = false;
    const credentials = async () => {
      if (isBuilt) throw named('ThrottlingException', 400);
      return { ...good, expiration: new Date(0) };
    };
    const { client, requests, list } = clientOf(credentials, answered, isOurs);
    client.middlewareStack.add(
      (next) => (args) => {
        isBuilt = true;
        return next(args);
      },
      { step: 'build' },
    );
    expect(await faultOf(list())).toMatchObject({ kind: 'transient', name: 'CredentialsUnavailable' });
    expect(requests.count).toBe(0);
  });

  test('P1: what fails once it is signed, or is given up, may have been sent', async () => {
    const lost = clientOf(async () => good, fails(named('TimeoutError')), isOurs);
    expect(await faultOf(lost.list())).toMatchObject({ name: 'TimeoutError', sent: true });
    const silent = clientOf(async () => good, never, isOurs);
    const fault = faultOf(silent.list());
    await expect.poll(() => silent.requests.count).toBe(1);
    await silent.clock.advance(1_000);
    expect(await fault).toMatchObject({
      name: 'TimeoutError',
      message: 'No answer within 1000 ms.',
      sent: true,
    });
  });

  test('P7: what the service refuses is its answer', async () => {
    const { list } = clientOf(async () => good, refused('ThrottlingException'), isOurs);
    expect(await faultOf(list())).toMatchObject({ kind: 'throttled', answered: true, sent: true });
  });
});

test('P1: a call that is tried again underneath may have been sent, though its credentials are gone by then', async () => {
  let isGone = false;
  const { requests, list } = clientOf(
    async () => {
      if (isGone) throw named('TimeoutError');
      return { ...good, expiration: new Date(0) };
    },
    () => {
      isGone = true;
      return Promise.reject(
        Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' }),
      );
    },
    false,
  );
  expect((await faultOf(list())).sent).toBe(true);
  expect(requests.count).toBe(1);
});

describe('a call whose credentials were refused', () => {
  /** A provider that gives credentials once, and then does this. */
  const onceAndThen = (then: () => Promise<object>) => {
    const provider = { calls: 0 };
    const credentials = () => {
      provider.calls += 1;
      return provider.calls === 1 ? Promise.resolve(good) : then();
    };
    return { provider, credentials };
  };

  test.each([named('ThrottlingException', 400), named('TimeoutError')])(
    'and whose provider then fails with %o is not stored, nor throttled',
    async (error) => {
      const { requests, list } = clientOf(
        onceAndThen(fails(error)).credentials,
        refused('ExpiredTokenException'),
      );
      expect(await faultOf(list())).toMatchObject({
        kind: 'transient',
        name: 'CredentialsUnavailable',
        sent: false,
      });
      expect(requests.count).toBe(1);
    },
  );

  test('and whose provider then hangs is not stored', async () => {
    const { provider, credentials } = onceAndThen(never);
    const { clock, list } = clientOf(credentials, refused('ExpiredTokenException'));
    const fault = faultOf(list());
    await expect.poll(() => provider.calls).toBe(2);
    await clock.advance(1_000);
    expect(await fault).toMatchObject({ name: 'CredentialsUnavailable', sent: false });
  });

  test('and whose provider has no others is refused by the service', async () => {
    const { list } = clientOf(async () => good, refused('ExpiredTokenException'));
    expect(await faultOf(list())).toMatchObject({
      kind: 'credentials',
      name: 'ExpiredTokenException',
      message: 'Refused, scripted.',
      answered: true,
      sent: true,
    });
  });

  test('P1: and that was signed anew may have been sent', async () => {
    let requests = 0;
    const other = { ...good, sessionToken: 'new' };
    const { list } = clientOf(onceAndThen(async () => other).credentials, () => {
      requests += 1;
      return requests === 1 ? refused('ExpiredTokenException')() : fails(named('TimeoutError'))();
    });
    expect(await faultOf(list())).toMatchObject({ name: 'TimeoutError', sent: true });
    expect(requests).toBe(2);
  });
});

test('a client whose calls go elsewhere is not known to have sent nothing', async () => {
  const client = new KinesisClient({ region: 'eu-west-1', credentials: good });
  onTestFinished(() => client.destroy());
  client.send = fails(named('TimeoutError')) as never;
  const { signal } = new AbortController();
  const call = client.send(traced(new ListStreamsCommand({}), signal), { abortSignal: signal });
  expect(await faultOf(call)).toMatchObject({ name: 'TimeoutError', sent: true });
});
