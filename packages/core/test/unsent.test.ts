import { expect, test } from 'vitest';
import { markUnsent, unsentOf } from '../src/unsent.js';

const unsent = { name: 'ETIMEDOUT', lacks: 'no TCP connection' };

test('an error tells that nothing was sent, and is no other, nor looks like one', () => {
  const error = new Error('why');
  const keys = Object.keys(error);
  expect(unsentOf(error)).toBeUndefined();
  expect(markUnsent(error, unsent)).toBe(error);
  expect(unsentOf(error)).toEqual(unsent);
  expect(Object.keys(error)).toEqual(keys);
});

test('what was noted first gives way to what is known later', () => {
  const error = markUnsent(new Error('why'), unsent);
  markUnsent(error, { name: 'CredentialsUnavailable' });
  expect(unsentOf(error)).toEqual({ name: 'CredentialsUnavailable' });
});

test('for a frozen error there is another that has all that it has', () => {
  const frozen = Object.freeze(Object.assign(new Error('why'), { code: 'ECONNRESET' }));
  const marked = markUnsent(frozen, unsent);
  expect(marked).toBeInstanceOf(Error);
  expect(marked).toMatchObject({ message: 'why', code: 'ECONNRESET' });
  expect([unsentOf(marked), unsentOf(frozen)]).toEqual([unsent, undefined]);
});

test.each(['text', 7, undefined, null])('%s, thrown instead of an error, becomes one', (thrown) => {
  const marked = markUnsent(thrown, unsent);
  expect(marked).toMatchObject({ name: 'UnknownError', message: String(thrown), cause: thrown });
  expect(unsentOf(marked)).toEqual(unsent);
  expect(unsentOf(thrown)).toBeUndefined();
});
