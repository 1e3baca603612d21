import { describe, expect, it } from 'vitest';
import { AggregationError, describeValue } from '../src/aggregation-error.js';

describe('AggregationError', () => {
  it('has the shape of the errors of the other packages', () => {
    const cause = new SyntaxError('inner');
    const error = new AggregationError('INVALID_JSON', 'message', { received: '1/0', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'AggregationError',
      code: 'INVALID_JSON',
      retryable: false,
      received: '1/0',
      cause,
    });
  });

  it('has no cause where there is none', () => {
    expect('cause' in new AggregationError('INVALID_INPUT', 'message', { received: '' })).toBe(false);
  });
});

describe('describeValue', () => {
  it.each([
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(57)}..."`],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [5n, '5'],
    [[1], 'an array'],
    [{}, 'an object with no members'],
    [{ a: 1, b: 2 }, 'an object with a, b'],
    [() => 1, 'a function'],
    [Symbol('s'), 'Symbol(s)'],
  ])('describes %o', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
