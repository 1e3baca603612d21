import { expect, it } from 'vitest';
import { undoneInWords } from '../src/left-undone.js';

const words = (failedRecords: number, refusedPuts: number) => undoneInWords({ failedRecords, refusedPuts });

it('speaks of one record as of one', () => {
  expect(words(1, 0)).toMatch(/^1 record not settled in time failed with SHUTDOWN_TIMEOUT/);
  expect(words(0, 1)).toMatch(/^1 record that waited to be accepted failed with PRODUCER_CLOSED/);
});

it('says what was refused where something waited, and of accepted records only where some are left', () => {
  expect(words(0, 0)).toMatch(/^0 records not settled in time/);
  expect(words(2, 0)).not.toContain('PRODUCER_CLOSED');
  expect(words(0, 3)).not.toContain('SHUTDOWN_TIMEOUT');
  expect(words(2, 3)).toMatch(/^2 records not settled .* network\. 3 records that .* PRODUCER_CLOSED/);
});
