import { describe, expect, it } from 'vitest';
import { compareAnswers } from '../src/differential/compare.js';

const good = (body: unknown, status = 200) => ({ status, body });
const bad = (error: string, status = 400) => ({ status, error });

describe('compareAnswers', () => {
  it('finds nothing between equals', () => {
    expect(compareAnswers(good({ a: [1, { b: 'x' }] }), good({ a: [1, { b: 'x' }] }))).toEqual([]);
    expect(compareAnswers(bad('E'), bad('E'))).toEqual([]);
  });

  it('names status and error, and no more where one side failed', () => {
    expect(compareAnswers(bad('E'), bad('F'))).toEqual(['400 E | 400 F']);
    expect(compareAnswers(bad('E'), bad('E', 403))).toEqual(['400 E | 403 E']);
    expect(compareAnswers(good({ a: 1 }), bad('E'))).toEqual(['200 | 400 E']);
    expect(compareAnswers(bad('E'), good({ a: 1 }))).toEqual(['400 E | 200']);
    expect(compareAnswers(good({}), good({}, 201))).toEqual(['200 | 201']);
  });

  it('names the place of each difference in order', () => {
    const ours = { list: [{ x: 1 }, { x: 2 }], b: 'text', a: true };
    const theirs = { list: [{ x: 1 }, { x: 3 }], b: 5, c: {} };
    expect(compareAnswers(good(ours), good(theirs))).toEqual([
      'a: true | (absent)',
      'b: "text" | 5',
      'c: (absent) | (present)',
      'list[1].x: 2 | 3',
    ]);
  });

  it('does not pair the entries of lists that differ in length', () => {
    expect(compareAnswers(good({ l: [1, 2] }), good({ l: [2] }))).toEqual(['l.length: 2 | 1']);
  });
});
