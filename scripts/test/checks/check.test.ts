import { expect, test } from 'vitest';
import { printFinding, withoutExceptions } from '../../checks/check.js';

const finding = { path: 'a.ts', line: 3, problem: 'is wrong' };

test('an exception covers every finding in its file and no other', () => {
  const findings = [finding, { ...finding, line: 9 }, { ...finding, path: 'b.ts' }];
  const left = withoutExceptions(findings, [{ path: 'a.ts', reason: 'it must' }]);
  expect(left).toEqual([{ path: 'b.ts', line: 3, problem: 'is wrong' }]);
});

test('an exception that covers nothing is a finding', () => {
  const [left] = withoutExceptions([], [{ path: 'a.ts', reason: 'it had to once' }]);
  expect(left?.problem).toContain('no longer');
});

test('a finding is printed so that an editor can open it', () => {
  expect(printFinding(finding)).toBe('a.ts:3  is wrong');
  expect(printFinding({ path: 'a.ts', problem: 'is wrong' })).toBe('a.ts  is wrong');
});
