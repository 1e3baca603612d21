import { expect, test } from 'vitest';
import { wholeListing } from '../src/whole-listing.js';

const expired = Object.assign(new Error('too old'), { name: 'ExpiredNextTokenException' });

/** Ends each listing with the next of `ends`, and counts them. */
function listingThat(...ends: readonly unknown[]) {
  let listings = 0;
  const list = async () => {
    const end = ends[listings++];
    if (end instanceof Error) throw end;
    return end;
  };
  return { list, listings: () => listings };
}

test.each([
  ['one that ends well is the only one', ['all'], 1],
  ['begins again when a token has expired', [expired, 'all'], 2],
])('%s', async (_what, ends, times) => {
  const { list, listings } = listingThat(...ends);
  expect(await wholeListing(list)).toBe('all');
  expect(listings()).toBe(times);
});

test.each([
  ['begins again once, not for ever', [expired, expired, 'all'], expired, 2],
  ['whatever else is wrong is no reason to', [new Error('gone'), 'all'], new Error('gone'), 1],
])('%s', async (_what, ends, error, times) => {
  const { list, listings } = listingThat(...ends);
  await expect(wholeListing(list)).rejects.toEqual(error);
  expect(listings()).toBe(times);
});
