import { expect, test } from 'vitest';
import { LedgerError } from '../src/ledger-error.js';

test('LedgerError: only a stream may be readable another time', () => {
  const cause = new Error('below');
  expect(new LedgerError('STREAM_UNREADABLE', 'm', cause)).toMatchObject({
    code: 'STREAM_UNREADABLE',
    name: 'LedgerError',
    retryable: true,
    cause,
  });
  const unreadable = new LedgerError('LEDGER_UNREADABLE', 'm');
  expect(unreadable.retryable).toBe(false);
  expect('cause' in unreadable).toBe(false);
});
