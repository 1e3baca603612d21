import { expect, test } from 'vitest';
import { historyOf, triesOf } from '../src/attempt-history.js';

const attempt = (errorCode: string, errorMessage = '') => ({
  delayMs: 0,
  durationMs: 1,
  success: false,
  errorCode,
  errorMessage,
});
const mapFailure = { call: 'ListShards', reason: 'TimeoutError', message: 'It was late.' } as const;

test.each([
  [[], undefined, 'it was never sent'],
  [
    [],
    mapFailure,
    'it was never sent, since the shards of the stream are not known: ListShards ended in TimeoutError: It was late',
  ],
  [[attempt('A'), attempt('B', 'No.')], mapFailure, 'its last attempt ended in B: No'],
  [[attempt('B')], undefined, 'its last attempt ended in B'],
  [[attempt('ShutdownTimeout', 'close().')], undefined, 'its last attempt had no answer yet'],
])('%j and %j read: %s', (attempts, failure, words) => {
  expect(historyOf(attempts, failure)).toBe(words);
});

test('of long words a part is quoted, which ends in none of the blanks between', () => {
  const before = 'its last attempt ended in B: '.length;
  expect(historyOf([attempt('B', 'x'.repeat(1_000))])).toHaveLength(before + 200);
  expect(historyOf([attempt('B', `${'x'.repeat(199)} and more`)])).toHaveLength(before + 199);
});

test('attempts that are not kept were made all the same', () => {
  expect(triesOf({ attempts: [attempt('A')] })).toBe(1);
  expect(triesOf({ attempts: [attempt('A'), attempt('B')], attemptsLeftOut: 5 })).toBe(7);
});
