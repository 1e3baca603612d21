import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../src/body-budget.js';
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

  it('counts against the budget while a body comes, and no longer', async () => {
    const budget = new BodyBudget(5);
    const body = new PassThrough();
    const read = readBody(body as unknown as IncomingMessage, 10, budget);
    body.write('abc');
    await new Promise((resolve) => setImmediate(resolve));
    const other = request('abc', 'def');
    await expect(readBody(other, 10, budget)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(other.readableEnded).toBe(true);
    body.end('de');
    expect(String(await read)).toBe('abcde');
    expect(String(await readBody(request('abcde'), 10, budget))).toBe('abcde');
    await expect(readBody(request('abc', 'def'), 5, budget)).rejects.toMatchObject({ statusCode: 413 });
    expect(String(await readBody(request('abcde'), 10, budget))).toBe('abcde');
    const broken = new PassThrough();
    const failed = readBody(broken as unknown as IncomingMessage, 10, budget);
    broken.write('abc');
    await new Promise((resolve) => setImmediate(resolve));
    broken.destroy(new Error('gone'));
    await expect(failed).rejects.toThrow('gone');
    expect(String(await readBody(request('abcde'), 10, budget))).toBe('abcde');
  });
});
