import { expect, it } from 'vitest';
import { checkUrl, namedStream, wholeNumber } from '../src/option-values.js';

it('takes whole numbers in range, written as such', () => {
  expect(wholeNumber('top', '1', 1, 9)).toBe(1);
  expect(wholeNumber('top', '9', 1, 9)).toBe(9);
  for (const text of ['0', '10', '1.5', '1e0', '-1', '', ' 1', '0x1']) {
    expect(() => wholeNumber('top', text, 1, 9)).toThrow('--top must be a whole number, 1 to 9');
  }
});

it('takes the region from an ARN and refuses another', () => {
  const arn = 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/tweets';
  expect(namedStream(arn, {})).toMatchObject({ stream: arn, region: 'cn-north-1' });
  expect(() => namedStream(arn, { region: 'us-east-1' })).toThrow("the stream's ARN says cn-north-1");
  expect(namedStream('tweets', { region: 'us-east-1' })).toMatchObject({ region: 'us-east-1' });
});

it('takes http and https addresses alone', () => {
  expect(() => checkUrl('endpoint', 'HTTPS://kinesis.eu-west-1.amazonaws.com')).not.toThrow();
  expect(() => checkUrl('endpoint', 'ftp://x')).toThrow(
    '--endpoint must be an http or https URL; received "ftp://x".',
  );
});
