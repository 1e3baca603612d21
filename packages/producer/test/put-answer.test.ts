import { cbor } from '@smithy/core/cbor';
import { describe, expect, test } from 'vitest';
import { answerFormat, entryAnswers, readPutAnswer } from '../src/put-answer.js';
import type { BodyFormat } from '../src/request-body.js';

test.each([
  ['application/x-amz-cbor-1.1', 'cbor'],
  ['application/cbor', 'cbor'],
  ['application/x-amz-json-1.1', 'json'],
  ['application/json; charset=utf-8', 'json'],
  ['text/html', undefined],
  ['application/octet-stream', undefined],
] as const)('an answer of type %s is read as %s, whatever was asked', (type, format) => {
  expect([answerFormat(type, 'cbor'), answerFormat(type, 'json')]).toEqual([format, format]);
});

test.each([undefined, ''])('an answer of type %j is in the format that was asked', (type) => {
  expect([answerFormat(type, 'cbor'), answerFormat(type, 'json')]).toEqual(['cbor', 'json']);
});

describe.each(['cbor', 'json'] as const)('in %s', (format: BodyFormat) => {
  const bytesOf = (answer: unknown) =>
    format === 'cbor' ? cbor.serialize(answer) : Buffer.from(JSON.stringify(answer));

  test('one answer for each entry, in order', () => {
    const answer = {
      EncryptionType: 'KMS',
      FailedRecordCount: 1,
      Records: [
        { SequenceNumber: '49', ShardId: 'shardId-1' },
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Räte exceeded' },
        { SequenceNumber: '50', ShardId: 'shardId-2', ErrorCode: null, ErrorMessage: null },
      ],
    };
    expect(readPutAnswer(format, bytesOf(answer))).toEqual([
      { shardId: 'shardId-1', sequenceNumber: '49' },
      { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'Räte exceeded' },
      { shardId: 'shardId-2', sequenceNumber: '50' },
    ]);
  });

  test.each([{}, { Records: null }, { Records: 'none' }, null, [], 7, 'text'])(
    '%j has no answers',
    (answer) => {
      expect(readPutAnswer(format, bytesOf(answer))).toEqual([]);
    },
  );

  test('what cannot be read is a SyntaxError', () => {
    expect(() => readPutAnswer(format, Buffer.from('<html>'))).toThrow(SyntaxError);
    expect(() => readPutAnswer(format, Buffer.alloc(0))).toThrow(SyntaxError);
    expect(() => readPutAnswer(format, bytesOf({ Records: [{}] }).subarray(0, -1))).toThrow(SyntaxError);
  });

  test('reads a view that begins inside of its memory', () => {
    const bytes = bytesOf({ Records: [{ SequenceNumber: '49', ShardId: 's' }] });
    const memory = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)]);
    const view = new Uint8Array(memory.buffer, memory.byteOffset + 3, bytes.length);
    expect(readPutAnswer(format, view)).toEqual([{ shardId: 's', sequenceNumber: '49' }]);
  });
});

test.each([
  null,
  undefined,
  7,
  {},
  { ShardId: 's' },
  { SequenceNumber: '1' },
  { ShardId: '', SequenceNumber: '1' },
  { ShardId: 1, SequenceNumber: 1 },
  { ErrorCode: 7, ErrorMessage: '' },
])('an entry that is neither stored nor refused has failed: %j', (entry) => {
  expect(entryAnswers([entry])).toEqual([
    { errorCode: 'UnknownError', errorMessage: 'The answer names no error.' },
  ]);
});

test('what a stranger says of an entry at length is not kept whole: it stays in the history of each record (P2)', () => {
  const long = 'x'.repeat(1_000_000);
  const [answer] = entryAnswers([{ ErrorCode: long, ErrorMessage: long }]);
  expect(JSON.stringify(answer).length).toBeLessThan(5_000);
});

test('it is one line, however many it was: whoever quotes it goes on behind it', () => {
  const answers = entryAnswers([{ ErrorCode: 'EPROTO', ErrorMessage: '\nwrong\r\n  version.\n' }]);
  expect(answers).toEqual([{ errorCode: 'EPROTO', errorMessage: 'wrong version.' }]);
});
