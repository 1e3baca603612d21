import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import {
  closeOptions,
  flushOptions,
  putOptions,
  recordStreamOptions,
  recordWritableOptions,
  refuseNoArray,
  resolveCallOptions,
  roomOptions,
} from '../src/call-options.js';

const refusal = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It should have thrown.');
};

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [new Set(), 'a Set'],
  ['records', 'a string of 7 characters'],
  [{ partitionKey: 'a', data: 'b' }, 'object'],
])('%s is no array of records', (records, inWords) => {
  expect(refusal(() => refuseNoArray('Producer.putMany', records))).toMatchObject({
    code: 'INVALID_OPTION',
    message: `Producer.putMany: option "records" must be an array of records; received ${inWords}.`,
  });
});

test('an array is one, whatever is in it', () => {
  refuseNoArray('Producer.putMany', [7]);
});

test('no options are good options', () => {
  expect(resolveCallOptions('put', putOptions, undefined)).toEqual({});
  expect(resolveCallOptions('close', closeOptions, {})).toEqual({ deadlineMs: 30_000, signal: undefined });
});

test.each([
  ['put', putOptions, 'singal', 'signal'],
  ['flush', flushOptions, 'Signal', 'signal'],
  ['waitForRoom', roomOptions, 'abort', 'signal'],
  ['close', closeOptions, 'timeout', 'one of deadlineMs, signal'],
  ['writable', recordWritableOptions, 'onFailed', 'onFailure'],
  ['writableStream', recordStreamOptions, 'signal', '"onFailure", the only one'],
])('%s refuses a name that it does not know, with the one that was meant', (method, table, name, meant) => {
  const error = refusal(() => resolveCallOptions(method, table, { [name]: undefined }));
  expect(error).toMatchObject({
    code: 'INVALID_OPTION',
    option: name,
    expected: expect.stringContaining(meant),
    message: expect.stringContaining(`Producer.${method}: option "${name}" is unknown`),
  });
});

test.each([
  ['put', putOptions, AbortSignal.abort(), 'an AbortSignal'],
  ['putMany', putOptions, new AbortController().signal, 'an AbortSignal'],
  ['flush', flushOptions, new AbortController(), 'an AbortController'],
  ['close', closeOptions, { aborted: false, addEventListener() {} }, 'an object'],
  ['writable', recordWritableOptions, new Map(), 'a Map'],
])(
  '%s refuses a signal, or what else is no options object, in their place',
  (method, table, given, words) => {
    const error = refusal(() => resolveCallOptions<object>(method, table, given));
    expect(error).toMatchObject({
      code: 'INVALID_OPTION',
      option: 'options',
      received: given,
      message: `Producer.${method}: option "options" must be an object of options (did you mean { signal }?); received ${words}.`,
    });
  },
);

test('what takes no signal does not ask for one', () => {
  const error = refusal(() =>
    resolveCallOptions<object>('writableStream', recordStreamOptions, AbortSignal.abort()),
  );
  expect(error).toMatchObject({
    message:
      'Producer.writableStream: option "options" must be an object of options; received an AbortSignal.',
  });
});

test('options without a prototype, or of another realm, are good options', () => {
  const { signal } = new AbortController();
  const bare = Object.assign(Object.create(null), { signal });
  const foreign = Object.assign(runInNewContext('({})'), { signal });
  for (const given of [bare, foreign])
    expect(resolveCallOptions('put', putOptions, given)).toEqual({ signal });
});

test.each([
  ['put', putOptions, { signal: new AbortController() }],
  ['flush', flushOptions, { signal: 'SIGTERM' }],
  ['close', closeOptions, { deadlineMs: '5' }],
  ['close', closeOptions, { deadlineMs: -1 }],
  ['writable', recordWritableOptions, { onFailure: true }],
  ['writableStream', recordStreamOptions, 7],
  ['put', putOptions, null],
])('%s refuses what is no value of it', (method, table, given) => {
  const error = refusal(() => resolveCallOptions<object>(method, table, given as object));
  expect(error).toMatchObject({ code: 'INVALID_OPTION' });
});
