import { expect, test } from 'vitest';
import { refuseNoUrl } from '../src/endpoint-url.js';

test.each(['localhost:4567', 'not a url', '', 'http://', 'http://127.0.0.1:99999', 'ftp://127.0.0.1'])(
  'text that is no URL of HTTP is refused: %j',
  (endpoint) => {
    expect(() => refuseNoUrl(endpoint)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        option: 'endpoint',
        message: `clientConfig: option "endpoint" must be a URL that begins with http:// or https://; received ${JSON.stringify(endpoint)}.`,
      }),
    );
  },
);

test.each([
  'HTTPS://kinesis.test',
  'http://127.0.0.1:4567',
  { protocol: 'http:', hostname: 'h', path: '/' },
  async () => 'x',
  undefined,
])('a URL, and what is no text, is left to the SDK: %o', (endpoint) => {
  expect(() => refuseNoUrl(endpoint)).not.toThrow();
});
