import { seededRandom } from '@shardline/core/internal';
import { expect, it } from 'vitest';
import { requestId } from '../src/request-id.js';

it('requestId has the form of a random UUID and is new every time', () => {
  const random = seededRandom(5);
  const ids = Array.from({ length: 200 }, () => requestId(random));
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(200);
});
