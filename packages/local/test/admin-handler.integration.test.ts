/**
 * The admin port over loopback. Catches wrong framing, bodies without bound and answers that are no JSON; what the routes do is
 * shown by admin-routes.test.ts.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminHandler } from '../src/admin-handler.js';
import { rawRequest } from './support/raw-request.js';
import { type Service, service } from './support/service.js';

let local: Service;
let server: Server;
let endpoint: string;

beforeEach(async () => {
  local = service();
  server = createServer(adminHandler(local.kinesis, local.clock, '127.0.0.1')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = async (method: string, path: string, body: string | Uint8Array = '', more = {}) => {
  const sent = { 'content-type': 'application/json', ...more };
  const { status, headers, text } = await rawRequest(endpoint, { method, path, headers: sent, body });
  return { status, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

describe('adminHandler', () => {
  it('answers in JSON, whatever the query', async () => {
    const { status, headers, body } = await ask('GET', '/health?probe=1');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(await ask('HEAD', '/health')).toMatchObject({ status: 200, body: undefined });
  });

  it('adds a fault, which then strikes', async () => {
    const added = await ask('POST', '/faults', JSON.stringify({ kind: 'failRecord', errorText: 'Größer.' }));
    expect([added.status, added.body]).toEqual([201, { ids: [1] }]);
    const { Records } = await local.put(['a']);
    expect(Records?.[0]?.ErrorMessage).toBe('Größer.');
    expect((await ask('GET', '/counts')).body).toMatchObject({ failRecord: 1 });
    expect((await ask('DELETE', '/faults/1')).status).toBe(200);
    expect((await local.put(['a'])).FailedRecordCount).toBe(0);
  });

  it.each([
    [{ origin: 'http://example.com' }, 403, 'ORIGIN_REFUSED'],
    [{ host: 'example.com' }, 403, 'HOST_REFUSED'],
    [{ 'content-type': 'text/plain' }, 415, 'NOT_JSON'],
  ])('adds no fault that a web page may have sent: %j', async (headers, status, code) => {
    const answer = await ask('POST', '/faults', '{"kind":"stall"}', headers);
    expect([answer.status, answer.body]).toEqual([status, { code, message: expect.any(String) }]);
    expect(local.kinesis.faults.list()).toEqual([]);
  });

  it('needs no content type where there is no body', async () => {
    const { status } = await rawRequest(endpoint, { method: 'DELETE', path: '/faults', headers: {} });
    expect(status).toBe(200);
  });

  it('answers errors in JSON too', async () => {
    expect(await ask('POST', '/health')).toMatchObject({
      status: 405,
      headers: { allow: 'GET', 'content-type': 'application/json' },
      body: { code: 'METHOD_NOT_ALLOWED' },
    });
    expect(await ask('POST', '/faults', '{')).toMatchObject({ status: 400, body: { code: 'INVALID_JSON' } });
    expect(await ask('POST', '/faults', new Uint8Array([0xff, 0xfe]))).toMatchObject({ status: 400 });
  });

  it('takes bodies of 1 MiB and no more', async () => {
    const fault = '{"kind":"stall"}';
    const exact = await ask('POST', '/faults', fault.padEnd(1_048_576));
    expect(exact.status).toBe(201);
    const longer = await ask('POST', '/faults', fault.padEnd(1_048_577));
    expect(longer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(local.kinesis.faults.list()).toHaveLength(1);
  });

  it('survives clients that go away in the middle of a request', async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const arrived = once(server, 'request');
    socket.write('POST /faults HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{');
    await arrived;
    const gone = once(socket, 'close');
    socket.resetAndDestroy();
    await gone;
    expect((await ask('GET', '/faults')).body).toEqual({ faults: [] });
  });
});
