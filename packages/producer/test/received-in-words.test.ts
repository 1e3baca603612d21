import { expect, test } from 'vitest';
import { receivedInWords } from '../src/received-in-words.js';

const view = 'give new Uint8Array(data.buffer, data.byteOffset, data.byteLength)';

test.each([
  ['', 'an empty string'],
  ['text', 'a string of 4 characters'],
  [null, 'null'],
  [undefined, 'undefined'],
  [12, 'number'],
  [{ secret: 1 }, 'object'],
  [Object.create(null), 'object'],
  [() => {}, 'function'],
  [new Date(0), 'a Date'],
])('%o is %s', (received, words) => {
  expect(receivedInWords('partitionKey', received)).toBe(words);
  expect(receivedInWords('data', received)).toBe(words);
});

test.each([
  [new ArrayBuffer(2), 'an ArrayBuffer', 'give new Uint8Array(data)'],
  [new SharedArrayBuffer(2), 'a SharedArrayBuffer', 'give new Uint8Array(data)'],
  [new DataView(new ArrayBuffer(2)), 'a DataView', view],
  [new Uint16Array(2), 'a Uint16Array', view],
  [[1, 2], 'an Array', 'give Uint8Array.from(data), if it is bytes'],
])('%o is %s, and data of it can be made', (received, words, advice) => {
  expect(receivedInWords('partitionKey', received)).toBe(words);
  expect(receivedInWords('data', received)).toBe(`${words}: ${advice}`);
});
