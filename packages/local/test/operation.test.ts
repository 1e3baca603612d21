import { expect, it } from 'vitest';
import { structure } from '../src/input-shape.js';
import { type OperationContext, operation } from '../src/operation.js';

it('operation hands the checked input on in its own type', () => {
  const shape = structure({ Name: { type: 'string' } });
  const greet = operation<{ Name: string }>(shape, (_context, { Name }) => ({ Greeting: `hello ${Name}` }));
  expect(greet.shape).toBe(shape);
  expect(greet.run({} as OperationContext, { Name: 'you' })).toEqual({ Greeting: 'hello you' });
});
