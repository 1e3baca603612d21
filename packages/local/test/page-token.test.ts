import { expect, it } from 'vitest';
import { refuseExpiredToken } from '../src/page-token.js';

it('refuses a token that is older than 300 seconds', () => {
  refuseExpiredToken(1_000, 301_000);
  expect(() => refuseExpiredToken(1_000, 301_001)).toThrow(
    expect.objectContaining({
      name: 'ExpiredNextTokenException',
      message: 'NextToken expired after 300000 milliseconds.',
    }),
  );
});
