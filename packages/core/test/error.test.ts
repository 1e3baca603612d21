import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError, ShardlineError } from '../src/error.js';

class ShelfEmptyError extends ShardlineError {
  override readonly code = 'SHELF_EMPTY';
}

describe('ShardlineError', () => {
  test('carries a code, whether to retry, a cause, and its name into what is printed', () => {
    const cause = new Error('below');
    const error = new ShelfEmptyError('The shelf is empty.', { retryable: true, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ShelfEmptyError', code: 'SHELF_EMPTY', retryable: true, cause });
    expect(inspect(error)).toMatch(/^ShelfEmptyError: The shelf is empty\./);
  });

  test('has a cause only where one was given, be it undefined', () => {
    expect('cause' in new ShelfEmptyError('m', { retryable: false })).toBe(false);
    expect('cause' in new ShelfEmptyError('m', { retryable: false, cause: undefined })).toBe(true);
  });
});

describe('InvalidOptionError', () => {
  const messageFor = (received: unknown) =>
    new InvalidOptionError({ owner: 'Producer', option: 'lingerMs', received, expected: 'a whole number' })
      .message;

  test('names owner, option, what was right and what was given', () => {
    const facts = { option: 'lingerMs', received: -1, expected: 'a whole number' };
    const error = new InvalidOptionError({ owner: 'Producer', ...facts });
    expect(error).toMatchObject({ code: 'INVALID_OPTION', retryable: false, ...facts });
    expect(error.message).toBe('Producer: option "lingerMs" must be a whole number; received -1.');
  });

  test('takes words for what was given from whoever knows it better', () => {
    const facts = { owner: 'Producer', option: 'client', received: {}, expected: 'open' };
    expect(new InvalidOptionError({ ...facts, inWords: 'one that is closed' }).message).toBe(
      'Producer: option "client" must be open; received one that is closed.',
    );
  });

  test('describes what was given without spilling it', () => {
    class Secret {
      password = 'hunter2';
    }
    const described: readonly [unknown, string][] = [
      ['text', '"text"'],
      ['x'.repeat(61), `"${'x'.repeat(57)}..."`],
      ['say "hi"\n', '"say \\"hi\\"\\n"'],
      [() => 'secret', 'a function'],
      [[1, 2], 'an array'],
      [new Secret(), 'an object'],
      [Object.create(null), 'an object'],
      [null, 'null'],
      [undefined, 'undefined'],
      [5n, '5n'],
      [Number.NaN, 'NaN'],
      [Symbol('s'), 'Symbol(s)'],
      [true, 'true'],
    ];
    for (const [received, words] of described) expect(messageFor(received)).toContain(`received ${words}.`);
  });
});
