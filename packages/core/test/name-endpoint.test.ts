import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { expect, onTestFinished, test } from 'vitest';
import { connectKinesis } from '../src/kinesis-connection.js';
import { endpointOf, nameEndpoint, type SendingClient } from '../src/name-endpoint.js';
import { serviceFaultOf } from '../src/service-fault.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

/** What a call fails with whose request comes to `handle`. */
async function failureOf(handle: () => Promise<unknown>, more: object = {}): Promise<unknown> {
  const requestHandler = { handle, destroy() {} } as never;
  const config = { region: 'eu-west-1', endpoint: 'http://10.0.0.7:4567', credentials, requestHandler };
  const client = connectKinesis({ ...config, ...more }, { maxSockets: 1 });
  onTestFinished(() => client.destroy());
  return client.send(new ListStreamsCommand({})).catch((error: unknown) => error);
}

const page = async () => ({ response: { statusCode: 404, headers: {}, body: new Uint8Array() } });

test('an answer that is not of the service says which endpoint gave it', async () => {
  const error = await failureOf(page);
  expect(endpointOf(error)).toBe('http://10.0.0.7:4567');
  expect(serviceFaultOf(error)).toMatchObject({
    name: 'Http404',
    message: expect.stringMatching(/^The answer of http:\/\/10\.0\.0\.7:4567 has HTTP status 404/),
  });
});

test('a request that nobody answered says where it went, unless its words do', async () => {
  const broken = (words: string) => async () => {
    throw Object.assign(new Error(words), { code: 'EPROTO', syscall: 'write' });
  };
  const endpoint = 'https://kinesis.test';
  const silent = await failureOf(broken('write EPROTO'), { endpoint });
  expect(serviceFaultOf(silent).message).toBe('write EPROTO (to https://kinesis.test)');
  const telling = await failureOf(broken('getaddrinfo ENOTFOUND kinesis.test'), { endpoint });
  expect(serviceFaultOf(telling).message).toBe('getaddrinfo ENOTFOUND kinesis.test');
});

test.each([
  ['no credentials', () => Promise.reject(new Error('no credentials'))],
  ['Resolved credential object is not valid', async () => ({})],
])('a call that failed before it was signed went nowhere: %s', async (words, given) => {
  const error = await failureOf(page, { credentials: given });
  expect([endpointOf(error), serviceFaultOf(error).message]).toEqual([undefined, words]);
});

test('what cannot be written on stays as it is', async () => {
  type Middleware = Parameters<SendingClient['middlewareStack']['addRelativeTo']>[0];
  const added: Middleware[] = [];
  nameEndpoint({ middlewareStack: { addRelativeTo: (middleware) => void added.push(middleware) } });
  const request = { protocol: 'https:', hostname: 'kinesis.test' };
  for (const thrown of [Object.freeze(new Error('frozen')), 'text', undefined]) {
    const call = added[0]?.(() => Promise.reject(thrown))({ request });
    await expect(call).rejects.toBe(thrown);
    expect(endpointOf(thrown)).toBeUndefined();
  }
});
