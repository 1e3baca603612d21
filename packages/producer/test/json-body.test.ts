import { expect, test } from 'vitest';
import type { EntryContent } from '../src/entry-content.js';
import { jsonBody } from '../src/json-body.js';
import { content } from './support/contents.js';

const target = { StreamName: 'tweets' };

function textOf(entries: readonly EntryContent[]): string {
  const into = Buffer.alloc(jsonBody.bytesOf(target, entries), 0xff);
  return into.subarray(0, jsonBody.write(target, entries, into)).toString();
}

test('is AWS JSON 1.1, byte for byte', () => {
  const entries = [
    content({ data: Uint8Array.of(0xfb, 0xff), partitionKey: 'a' }),
    content({ data: '', partitionKey: 'b"\\\n', explicitHashKey: '0' }),
  ];
  expect(textOf(entries)).toBe(
    '{"Records":[{"Data":"+/8=","PartitionKey":"a"},' +
      '{"Data":"","ExplicitHashKey":"0","PartitionKey":"b\\"\\\\\\n"}],"StreamName":"tweets"}',
  );
  expect(jsonBody.contentType).toBe('application/x-amz-json-1.1');
});

test('has no records where there are none', () => {
  expect(textOf([])).toBe('{"Records":[],"StreamName":"tweets"}');
});

test('a lone surrogate becomes U+FFFD, as in the hash of a key; pairs stay', () => {
  expect(JSON.parse(textOf([content({ partitionKey: 'a\ud800😀\\ud800' })]))).toMatchObject({
    Records: [{ PartitionKey: 'a\ufffd😀\\ud800' }],
  });
});

test('the worst characters fit into the room that it asked for', () => {
  const partitionKey = '\u0000'.repeat(256);
  expect(JSON.parse(textOf([content({ partitionKey, data: 'x' })]))).toMatchObject({
    Records: [{ PartitionKey: partitionKey }],
  });
});

test('entries stay where they are', () => {
  const entry = content({ data: 'here' });
  const before = entry.data;
  textOf([entry]);
  expect(entry.data).toBe(before);
});
