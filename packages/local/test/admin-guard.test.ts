import { describe, expect, it } from 'vitest';
import { type GuardedRequest, guardAdmin } from '../src/admin-guard.js';

const plain: GuardedRequest = {
  origin: undefined,
  host: '127.0.0.1:4568',
  contentType: undefined,
  hasBody: false,
};
const verdict = (request: Partial<GuardedRequest>, listenHost = '127.0.0.1') => {
  const refused = guardAdmin({ ...plain, ...request }, listenHost);
  return refused && [refused.status, (refused.body as { code: string }).code];
};

describe('guardAdmin', () => {
  it.each(['http://example.com', 'null', 'http://127.0.0.1:4568', ''])('refuses Origin %j', (origin) => {
    expect(verdict({ origin })).toEqual([403, 'ORIGIN_REFUSED']);
    expect(verdict({ origin }, '0.0.0.0')).toEqual([403, 'ORIGIN_REFUSED']);
  });

  it.each([
    ['127.0.0.1:4568', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.1'],
    ['localhost:4568', '127.0.0.1'],
    ['LocalHost', '127.0.0.1'],
    ['[::1]:4568', '127.0.0.1'],
    ['kinesis:4568', 'Kinesis'],
    ['10.0.0.5:4568', '10.0.0.5'],
    ['[fd00::1]:4568', 'fd00::1'],
    ['kinesis:4568', '0.0.0.0'],
    ['10.0.0.5:4568', '::'],
  ])('is known as %s where it listens on %s', (host, listenHost) => {
    expect(verdict({ host }, listenHost)).toBeUndefined();
  });

  it.each([
    ['example.com:4568', '127.0.0.1'],
    ['127.0.0.1.example.com', '127.0.0.1'],
    ['127.example.com', '127.0.0.1'],
    ['localhost.example.com', '127.0.0.1'],
    ['10.0.0.5:4568', '127.0.0.1'],
    ['kinesis', '10.0.0.5'],
    ['', '127.0.0.1'],
    [undefined, '127.0.0.1'],
  ])('is not known as %s where it listens on %s', (host, listenHost) => {
    expect(verdict({ host }, listenHost)).toEqual([403, 'HOST_REFUSED']);
  });

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'refuses a body of type %s',
    (contentType) => {
      expect(verdict({ contentType, hasBody: true })).toEqual([415, 'NOT_JSON']);
      expect(verdict({ contentType, hasBody: false })).toBeUndefined();
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8'])(
    'takes a body of type %s',
    (contentType) => {
      expect(verdict({ contentType, hasBody: true })).toBeUndefined();
    },
  );
});
