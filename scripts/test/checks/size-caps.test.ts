import { expect, test } from 'vitest';
import { judgeSizes } from '../../checks/size-caps.js';
import { Workspace } from '../../checks/workspace.js';

const lines = (count: number) => 'x();\n'.repeat(count);
const source = 'packages/core/src/a.ts';
const problems = (text: string, path = source, exceptions: Parameters<typeof judgeSizes>[1] = []) =>
  judgeSizes(new Workspace({ [path]: text }), exceptions).map(({ problem }) => problem);

test('a source file may have 300 lines, a test 500', () => {
  expect(problems(lines(300))).toEqual([]);
  expect(problems(lines(301))).toEqual([expect.stringContaining('301 lines, the cap is 300')]);
  expect(problems(lines(500), 'packages/core/test/a.test.ts')).toEqual([]);
  expect(problems(lines(501), 'packages/core/test/a.test.ts')).toHaveLength(1);
});

test.each([
  ['function', (body: string) => `function f() {\n${body}}`, 'function f'],
  ['method', (body: string) => `class A { m() {\n${body}} }`, 'function A.m'],
  ['constructor', (body: string) => `class A { constructor() {\n${body}} }`, 'function A.constructor'],
  ['arrow function', (body: string) => `const f = () => {\n${body}};`, 'function f'],
])('a %s may have 60 lines', (_kind, wrap, name) => {
  expect(problems(wrap(lines(58)))).toEqual([]);
  expect(problems(wrap(lines(59)))).toEqual([expect.stringContaining(`${name} has 61 lines`)]);
});

test('a suite is no function', () => {
  expect(problems(`describe('a', () => {\n${lines(200)}});`, 'packages/core/test/a.test.ts')).toEqual([]);
});

test('an exception raises one cap, up to its own', () => {
  const exception = { path: source, cap: 310, reason: 'a table' };
  expect(problems(lines(310), source, [exception])).toEqual([]);
  expect(problems(lines(311), source, [exception])).toEqual([expect.stringContaining('the cap is 310')]);
});

test('an exception for one function does not lift the cap of the file', () => {
  const exception = { path: source, name: 'f', cap: 400, reason: 'unrolled' };
  const text = `function f() {\n${lines(310)}}`;
  expect(problems(text, source, [exception])).toEqual([expect.stringContaining('the file has')]);
});

test('an exception that is not needed is a finding', () => {
  const exception = { path: source, cap: 400, reason: 'a table' };
  expect(problems(lines(10), source, [exception])).toEqual([expect.stringContaining('no longer')]);
});
