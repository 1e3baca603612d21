import { expect, test } from 'vitest';
import { checkClientChoice } from '../src/client-choice.js';

const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';

test.each([
  {},
  { client: {} },
  { connection: {} },
  { clientConfig: {} },
  { clientConfig: { region: 'eu-west-1' } },
  { stream: 'tweets', clientConfig: { region: 'us-east-1' } },
])('one way, or none, is right: %j', (choice) => {
  expect(() => checkClientChoice('Producer', { stream, ...choice })).not.toThrow();
});

test.each([
  [{ client: {}, clientConfig: {} }, '"client" must be absent where clientConfig is given'],
  [{ client: {}, connection: {} }, '"client" must be absent where connection is given'],
  [{ connection: {}, clientConfig: {} }, '"connection" must be absent where clientConfig is given'],
  [{ clientConfig: { region: 'us-east-1' } }, '"stream" must be of the region of clientConfig (us-east-1)'],
])('%j is refused', (choice, message) => {
  expect(() => checkClientChoice('Consumer', { stream, ...choice })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`Consumer: option ${message}`),
    }),
  );
});
