import { systemClock } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { type AdminRequest, answerAdmin } from '../src/admin-routes.js';
import { id, service, stream } from './support/service.js';

function admin(options: Parameters<typeof service>[0] = {}) {
  const it = service(options);
  const ask = (method: string, path: string, body: unknown = '') =>
    answerAdmin(it.kinesis, it.clock, {
      method,
      path,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...it, ask };
}

describe('the admin port', () => {
  it('lists its routes, each of which is there', async () => {
    const { ask } = admin();
    const { status, body } = await ask('GET', '/');
    expect(status).toBe(200);
    const { routes } = body as { routes: readonly { method: string; path: string; what: string }[] };
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /',
      'GET /health',
      'GET /streams',
      'GET /counts',
      'GET /faults',
      'POST /faults',
      'DELETE /faults/{id}',
      'DELETE /faults',
      'POST /clock/advance',
    ]);
    for (const { method, path, what } of routes) {
      expect(what).not.toBe('');
      const answer = await ask(method, path.replace('{id}', '1'));
      expect([answer.status, JSON.stringify(answer.body)]).not.toEqual([405, expect.anything()]);
      expect(JSON.stringify(answer.body)).not.toContain('GET / lists');
    }
  });

  it('is well, and shows what the streams hold', async () => {
    const { ask, kinesis, put } = admin();
    await put(['a', 'b']);
    expect(await ask('GET', '/health')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await ask('HEAD', '/health')).toMatchObject({ status: 200 });
    const { status, body } = await ask('GET', '/streams');
    expect([status, body]).toEqual([200, kinesis.snapshot()]);
    expect(body).toMatchObject({ streams: [{ name: stream, shards: [{ shardId: id(0), records: 2 }] }] });
  });

  it('adds faults, tells how often each was injected, and ends them one by one or all', async () => {
    const { ask, put, kinesis } = admin({ faults: [{ kind: 'failRecord', times: 1 }] });
    const throttle = { kind: 'throttleShard', shardId: id(0), times: 2 };
    expect(await ask('POST', '/faults', throttle)).toEqual({ status: 201, body: { ids: [2] } });
    const more = [{ kind: 'latency', delayMs: 0 }, { kind: 'shuffleRecords' }];
    expect(await ask('POST', '/faults', more)).toEqual({ status: 201, body: { ids: [3, 4] } });
    const answer = await put(['a', 'b', 'c', 'd']);
    expect(answer.FailedRecordCount).toBe(3);
    expect(await ask('GET', '/faults')).toEqual({
      status: 200,
      body: {
        faults: [
          { id: 1, fault: { kind: 'failRecord', times: 1 }, injected: 1 },
          { id: 2, fault: throttle, injected: 2 },
          { id: 3, fault: more[0], injected: 1 },
          { id: 4, fault: more[1], injected: 1 },
        ],
      },
    });
    const counts = await ask('GET', '/counts');
    expect(counts).toEqual({ status: 200, body: kinesis.faults.counts() });
    expect(counts.body).toMatchObject({ throttleShard: 2, failRecord: 1, stall: 0 });
    expect(await ask('DELETE', '/faults/2')).toEqual({ status: 200, body: { removed: 1 } });
    expect(kinesis.faults.list().map((fault) => fault.id)).toEqual([1, 3, 4]);
    expect(await ask('DELETE', '/faults/2')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await ask('DELETE', '/faults')).toEqual({ status: 200, body: { removed: 3 } });
    expect(kinesis.faults.list()).toEqual([]);
    expect((await ask('GET', '/counts')).body).toMatchObject({ throttleShard: 2 });
  });

  it.each([
    [{ kind: 'explode' }, '"kind" must be one of throttleShard'],
    [{ kind: 'stall', times: 0 }, '"times" must be a whole number, 1 or more; received 0.'],
    [[{ kind: 'stall' }, { kind: 'reset' }], 'FaultPlan reset: option "when"'],
    [null, '"kind"'],
    [{ kind: { toString: 1 } }, '"kind"'],
    [5, '"kind"'],
    [[[{ kind: 'stall' }]], '"kind"'],
  ])('refuses %j, and adds nothing', async (body, message) => {
    const { ask, kinesis } = admin();
    const answer = await ask('POST', '/faults', body);
    expect(answer).toEqual({
      status: 400,
      body: { code: 'INVALID_OPTION', message: expect.stringContaining(message) },
    });
    expect(kinesis.faults.list()).toEqual([]);
  });

  it.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/faults/', 404, 'NOT_FOUND'],
    ['DELETE', '/faults/x', 404, 'NOT_FOUND'],
    ['DELETE', '/faults/1/2', 404, 'NOT_FOUND'],
    ['GET', '', 404, 'NOT_FOUND'],
    ['PUT', '/faults', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/faults/1', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/', 405, 'METHOD_NOT_ALLOWED'],
    ['HEAD', '/clock/advance', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/faults', 400, 'INVALID_JSON'],
  ])('answers %s %s with %i %s', async (method, path, status, code) => {
    expect(await admin().ask(method, path)).toMatchObject({
      status,
      body: { code, message: expect.any(String) },
    });
  });

  it('names the methods that there are', async () => {
    const { body, headers } = await admin().ask('PATCH', '/faults');
    expect(headers).toEqual({ allow: 'GET, POST, DELETE' });
    expect(body).toMatchObject({ message: '/faults takes GET, POST, DELETE, not PATCH.' });
  });

  it('answers for what should never happen', async () => {
    const { kinesis, clock } = admin();
    const broken = Object.assign(Object.create(kinesis) as typeof kinesis, {
      snapshot: () => {
        throw new Error('broken');
      },
    });
    const request: AdminRequest = { method: 'GET', path: '/streams', body: '' };
    expect(await answerAdmin(broken, clock, request)).toEqual({
      status: 500,
      body: { code: 'INTERNAL', message: 'broken' },
    });
  });
});

describe('the clock by way of the admin port', () => {
  it('is moved by hand, and what waits for it comes due', async () => {
    const { ask, kinesis, clock } = admin({ faults: [{ kind: 'latency', delayMs: 1_000 }] });
    const before = kinesis.nowMs();
    const described = kinesis.call('DescribeLimits', {});
    expect(await ask('POST', '/clock/advance', { ms: 999 })).toEqual({
      status: 200,
      body: { nowMs: before + 999 },
    });
    expect(clock.waiting).toBe(1);
    await ask('POST', '/clock/advance', { ms: 1 });
    expect(await described).toHaveProperty('ShardLimit');
  });

  it.each([{}, { ms: -1 }, { ms: '5' }, null, 7])('is not moved by %j', async (body) => {
    const { ask, kinesis } = admin();
    const before = kinesis.nowMs();
    expect(await ask('POST', '/clock/advance', body)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_OPTION' },
    });
    expect(await ask('POST', '/clock/advance', '{"ms":1e999}')).toMatchObject({ status: 400 });
    expect(await ask('POST', '/clock/advance', '{')).toMatchObject({ body: { code: 'INVALID_JSON' } });
    expect(kinesis.nowMs()).toBe(before);
  });

  it('is not moved where it is the machine’s', async () => {
    const request: AdminRequest = { method: 'POST', path: '/clock/advance', body: '{"ms":1}' };
    expect(await answerAdmin(service().kinesis, systemClock, request)).toMatchObject({
      status: 409,
      body: { code: 'CLOCK_NOT_MOVABLE' },
    });
  });
});
