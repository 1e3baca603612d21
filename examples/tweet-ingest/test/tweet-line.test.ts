import { describe, expect, it } from 'vitest';
import { readTweetLine } from '../src/tweet-line.js';

const read = (text: string) => readTweetLine(Buffer.from(text));

describe('readTweetLine', () => {
  it.each([
    '{"data":{"id":"1","text":"hola #COVID_19 lima 😷","author_id":"42"},"matching_rules":[]}',
    '{"id":"1","text":"bare tweet","author_id":"42"}',
    '{"data":{"id":"1","author_id":"42"},"errors":[{"title":"Not Found Error"}]}',
  ])('takes %s as it is, under its author', (text) => {
    const line = Buffer.from(text);
    const result = readTweetLine(line);
    expect(result).toEqual({ id: '1', partitionKey: '42', data: line });
    expect('data' in result && result.data).toBe(line);
  });

  it.each([
    ['{"data":{"id":"1"', 'not JSON', /JSON/],
    ['hello', 'not JSON', /JSON/],
    ['7', 'not an object', 'the line is a number'],
    ['null', 'not an object', 'the line is null'],
    ['[]', 'not an object', 'the line is an array'],
    ['{"data":[1]}', 'not an object', '"data" is an array'],
    ['{"data":null}', 'not an object', '"data" is null'],
    ['{}', 'no id', '"id" is missing, not a string'],
    ['{"id":1,"author_id":"2"}', 'no id', '"id" is a number, not a string'],
    ['{"id":"","author_id":"2"}', 'no id', '"id" is an empty string, not a string'],
    ['{"data":{"id":"1"}}', 'no author_id', /tweet 1 names no author.*tweet\.fields=author_id/],
    ['{"id":"1","author_id":7}', 'bad author_id', 'tweet 1 has a number for "author_id", not a string'],
    ['{"id":"1","author_id":""}', 'bad author_id', /an empty string/],
    [`{"id":"1","author_id":"${'9'.repeat(257)}"}`, 'bad author_id', /more than 256 characters/],
    [
      '{"errors":[{"title":"operational-disconnect","detail":"x"}]}',
      'stream error',
      'operational-disconnect',
    ],
    ['{"errors":"x"}', 'stream error', 'the X API sent an error'],
  ])('skips %s: %s', (text, reason, detail) => {
    expect(read(text)).toEqual({
      reason,
      detail: detail instanceof RegExp ? expect.stringMatching(detail) : detail,
    });
  });

  it('skips bytes that are not UTF-8', () => {
    expect(readTweetLine(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ reason: 'not UTF-8' });
  });

  it('keeps the detail short and free of control characters', () => {
    const result = read(`{"id":"\\u001b[2J${'x'.repeat(500)}"}`);
    expect(result).toMatchObject({ reason: 'no author_id' });
    const detail = 'detail' in result ? result.detail : '';
    expect(detail.length).toBeLessThanOrEqual(120);
    expect(detail).not.toContain('\u001b');
  });
});
