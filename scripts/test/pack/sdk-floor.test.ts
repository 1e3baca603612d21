import { expect, test } from 'vitest';
import { sdkFloor } from '../../pack/sdk-floor.js';

test('the floor is the lower end of the peer range', () => {
  const yaml =
    "catalog:\n  a: 1\n\ncatalogs:\n  peers:\n    '@aws-sdk/client-kinesis': '>=3.919.0 <4'\n\nb: 2\n";
  expect(sdkFloor(yaml)).toBe('3.919.0');
});

test.each(['', "catalogs:\n  peers:\n    'other': '>=1.0.0 <2'\n"])(
  'without a range nothing is assumed',
  (yaml) => {
    expect(() => sdkFloor(yaml)).toThrow('no peer range');
  },
);
