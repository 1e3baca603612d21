import { InvalidOptionError } from './error.js';

/** The region that a stream's ARN names; a stream name names none. */
function regionOf(stream: string): string | undefined {
  return stream.startsWith('arn:') ? stream.split(':')[3] : undefined;
}

/**
 * `config` with the region of the stream's ARN where it has none of its own. The environment and the shared configuration file are
 * not asked then: the stream is in no other region, wherever the process runs.
 */
export function inRegionOf<Config extends { readonly region?: unknown }>(
  stream: string,
  config: Config,
): Config {
  const region = config.region === undefined ? regionOf(stream) : undefined;
  return region === undefined ? config : { ...config, region };
}

/** Throws `INVALID_OPTION` where `given`, the region of `whose`, is another than that of the stream's ARN. A function is not asked. */
export function refuseOtherRegion(owner: string, stream: string, given: unknown, whose: string): void {
  const region = regionOf(stream);
  // The SDK takes such a name for the region and FIPS.
  if (region === undefined || typeof given !== 'string' || given.replace(/^fips-|-fips$/, '') === region)
    return;
  const expected = `of the region of ${whose} (${given})`;
  throw new InvalidOptionError({ owner, option: 'stream', received: stream, expected });
}
