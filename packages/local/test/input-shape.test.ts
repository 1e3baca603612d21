import { expect, it } from 'vitest';
import { structure } from '../src/input-shape.js';

it('structure has its members and says which are required', () => {
  const members = { Name: { type: 'string' } } as const;
  expect(structure(members)).toEqual({ type: 'structure', members, required: [] });
  expect(structure(members, ['Name']).required).toEqual(['Name']);
});
