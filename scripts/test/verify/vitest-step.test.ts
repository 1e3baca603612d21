import { expect, test } from 'vitest';
import { vitestResult } from '../../verify/vitest-step.js';

const assertionResults = [
  { fullName: 'a stays', status: 'passed' },
  { fullName: 'b (needs a network)', status: 'skipped' },
];
const report = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ assertionResults }],
};

test('each test counts, and one that was skipped is named', () => {
  const output = 'skipped: b (needs a network)';
  expect(vitestResult({ ok: true, output: 'dots' }, report)).toEqual({
    passed: 5,
    failed: 0,
    skipped: 1,
    output,
  });
});

test('failed tests show what vitest wrote', () => {
  const result = vitestResult({ ok: false, output: 'why' }, { ...report, numFailedTests: 2 });
  expect(result).toMatchObject({ failed: 2, output: 'why' });
});

test('a run that failed without a failed test counts as one', () => {
  expect(vitestResult({ ok: false, output: 'unhandled rejection' }, report)).toMatchObject({
    passed: 5,
    failed: 1,
  });
});

test('a run without a report counts as one failure', () => {
  expect(vitestResult({ ok: true, output: '' }, undefined)).toMatchObject({ passed: 0, failed: 1 });
});
