import { describe, expect, it } from 'vitest';
import { judge } from '../src/differential/justify.js';

const justification = (differences: Readonly<Record<string, readonly string[]>>) => ({
  because: 'the service does so',
  source: 'API_X',
  differences,
});

describe('judge', () => {
  it('is content where all that differs is listed', () => {
    const found = new Map([
      ['s / a', ['x', 'y']],
      ['s / b', []],
      ['s / c', ['x']],
    ]);
    const listed = [justification({ x: ['s / a', 's / c'] }), justification({ y: ['s / a'] })];
    expect(judge(found, listed)).toEqual({ unexplained: [], gone: [], justified: 2 });
  });

  it('reports what is not listed, and does not count its request as justified', () => {
    const found = new Map([['s / a', ['x', 'z']]]);
    expect(judge(found, [justification({ x: ['s / a'] })])).toEqual({
      unexplained: ['s / a: z'],
      gone: [],
      justified: 0,
    });
  });

  it('reports what is listed for another request only', () => {
    const { unexplained, gone } = judge(new Map([['s / a', ['x']]]), [justification({ x: ['s / b'] })]);
    expect({ unexplained, gone }).toEqual({ unexplained: ['s / a: x'], gone: ['s / b: x'] });
  });

  it('reports what is listed and does not occur', () => {
    const found = new Map([['s / a', []]]);
    expect(judge(found, [justification({ x: ['s / a'] })]).gone).toEqual(['s / a: x']);
  });

  it('wants one justification for a difference', () => {
    const twice = [justification({ x: ['s / a'] }), justification({ x: ['s / a'] })];
    expect(() => judge(new Map(), twice)).toThrow('listed twice: s / a: x');
  });
});
