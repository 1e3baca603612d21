import { KinesisServiceError } from './service-error.js';

/** How long the token of a next page lives. */
const pageTokenLifeMs = 300_000;

/** Throws when a page token that was made at `madeAtMs` is too old at `now`. */
export function refuseExpiredToken(madeAtMs: number, now: number): void {
  if (now - madeAtMs <= pageTokenLifeMs) return;
  throw new KinesisServiceError(
    'ExpiredNextTokenException',
    `NextToken expired after ${pageTokenLifeMs} milliseconds.`,
  );
}
