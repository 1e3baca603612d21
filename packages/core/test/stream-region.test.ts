import { describe, expect, test } from 'vitest';
import { inRegionOf, refuseOtherRegion } from '../src/stream-region.js';

const arn = 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/tweets';
const region = async () => 'eu-west-1';

describe('inRegionOf', () => {
  test('takes the region of an ARN where none is given', () => {
    expect(inRegionOf(arn, { region: undefined, tls: true })).toEqual({ tls: true, region: 'cn-north-1' });
    expect(inRegionOf(arn, {})).toEqual({ region: 'cn-north-1' });
  });

  test('leaves a region that is given, and a stream that has only a name', () => {
    for (const config of [{ region: 'eu-west-1' }, { region }]) expect(inRegionOf(arn, config)).toBe(config);
    const config = {};
    expect(inRegionOf('tweets', config)).toBe(config);
  });
});

describe('refuseOtherRegion', () => {
  const refuse = (stream: string, given: unknown) => () =>
    refuseOtherRegion('Producer', stream, given, 'clientConfig');

  test('refuses an ARN of another region than the one given, and names both', () => {
    expect(refuse(arn, 'eu-west-1')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        option: 'stream',
        message: expect.stringMatching(
          /"stream" must be of the region of clientConfig \(eu-west-1\); received "arn:aws-cn:kinesis:cn-north-1:/,
        ),
      }),
    );
  });

  test.each(['cn-north-1', 'fips-cn-north-1', 'cn-north-1-fips', undefined, region])('takes %s', (given) => {
    expect(refuse(arn, given)).not.toThrow();
  });

  test('takes a name with any region', () => {
    expect(refuse('tweets', 'eu-west-1')).not.toThrow();
  });
});
