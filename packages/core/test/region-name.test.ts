import { expect, test } from 'vitest';
import { refuseNoRegion } from '../src/region-name.js';

test.each([
  [undefined],
  [{}],
  [{ region: undefined }],
  [{ region: null }],
  [{ region: 'eu-west-1' }],
  [{ region: async () => 'eu-west-1' }],
])('%o names a region, or leaves it to the chain', (clientConfig) => {
  expect(() => refuseNoRegion(clientConfig)).not.toThrow();
});

test.each([[''], [0], [7], [false], [{}], [['eu-west-1']]])('a region %o is refused', (region) => {
  expect(() => refuseNoRegion({ region })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', option: 'region', received: region }),
  );
});

test('says what was given and what would do', () => {
  expect(() => refuseNoRegion({ region: '' })).toThrow(
    `clientConfig: option "region" must be the name of a region, such as 'eu-west-1', or absent; received "".`,
  );
});
