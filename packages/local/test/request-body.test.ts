import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from '../src/request-body.js';

const request = (...chunks: readonly string[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as IncomingMessage;

describe('readBody', () => {
  it('joins what comes', async () => {
    expect(String(await readBody(request(), 10))).toBe('');
    expect(String(await readBody(request('abc'), 10))).toBe('abc');
    expect(String(await readBody(request('abc', 'def', 'ghij'), 10))).toBe('abcdefghij');
  });

  it('refuses a longer body once all of it has come', async () => {
    const body = request('abc', 'def', 'ghijk');
    await expect(readBody(body, 10)).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      statusCode: 413,
      message: 'The request has 11 bytes; at most 10 are accepted.',
    });
    expect(body.readableEnded).toBe(true);
  });
});
