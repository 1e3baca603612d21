import { expect, test } from 'vitest';
import { Progress } from '../src/progress.js';
import { StoreTrouble } from '../src/store-trouble.js';

function harness() {
  const progress = new Progress({ sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 });
  return { progress, trouble: new StoreTrouble(progress) };
}

test('has the last failure, in words, until it is mended', () => {
  const { trouble } = harness();
  expect(trouble.words).toBeUndefined();
  trouble.failed('end-shard', new Error('no table'));
  trouble.failed('end-shard', 'throttled');
  expect(trouble.words).toBe('end-shard fails: throttled');
  trouble.mended();
  expect(trouble.words).toBeUndefined();
});

test('a checkpoint that failed is mended by the next that is written; another task is not', () => {
  const { progress, trouble } = harness();
  trouble.failed('checkpoint', new Error('throttled'));
  expect(trouble.words).toBe('checkpoint fails: throttled');
  progress.wasStored({ sequenceNumber: '7', subSequenceNumber: 0 });
  expect(trouble.words).toBeUndefined();
  trouble.failed('end-shard', new Error('no table'));
  progress.wasStored({ sequenceNumber: '8', subSequenceNumber: 0 });
  expect(trouble.words).toBe('end-shard fails: no table');
});
