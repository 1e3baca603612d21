import { expect, test } from 'vitest';
import { constructorName } from '../src/constructor-name.js';

const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

test.each([
  [new DataView(new ArrayBuffer(1)), 'DataView'],
  [[1, 2], 'Array'],
  [{}, 'Object'],
  [new (class Parcel {})(), 'Parcel'],
  [Object.create(null), undefined],
  [{ constructor: 'text' }, undefined],
  [new (class {})(), undefined],
])('of %o', (value, name) => {
  expect(constructorName(value as object)).toBe(name);
});

test('has none for what says it in no string, or throws', () => {
  class Odd {}
  Object.defineProperty(Odd, 'name', { value: 7 });
  expect(constructorName(new Odd())).toBeUndefined();
  expect(constructorName(proxy)).toBeUndefined();
});
