import { expect, test } from 'vitest';
import { LedgerError } from '../src/ledger-error.js';

test('LedgerError: not retryable unless its thrower says so', () => {
  const cause = new Error('below');
  expect(new LedgerError('STREAM_UNREADABLE', 'm', { retryable: true, cause })).toMatchObject({
    code: 'STREAM_UNREADABLE',
    name: 'LedgerError',
    retryable: true,
    cause,
  });
  const unreadable = new LedgerError('LEDGER_UNREADABLE', 'm');
  expect(unreadable.retryable).toBe(false);
  expect('cause' in unreadable).toBe(false);
});
