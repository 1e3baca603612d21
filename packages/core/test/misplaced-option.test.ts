import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { InvalidOptionError } from '../src/error.js';
import { placeOf } from '../src/misplaced-option.js';

const known = ['stream', 'clientConfig', 'client'];

test.each(['endpoint', 'region', 'credentials', 'requestHandler', 'profile'])(
  '%s belongs in clientConfig',
  (name) => {
    expect(placeOf(name, known)).toBe('clientConfig');
  },
);

test.each(['accessKeyId', 'secretAccessKey', 'sessionToken'])('%s belongs in its credentials', (name) => {
  expect(placeOf(name, known)).toBe('clientConfig.credentials');
});

test('other names belong nowhere, nor does any where there is no clientConfig', () => {
  expect(['stream', 'colour', 'toString', ''].map((name) => placeOf(name, known))).toEqual(
    new Array(4).fill(undefined),
  );
  expect(placeOf('endpoint', ['stream', 'client'])).toBeUndefined();
});

test('the error says so, and not what was given', () => {
  const secret = new InvalidOptionError({
    owner: 'Producer',
    option: 'secretAccessKey',
    received: 'hush',
    known,
  });
  expect(secret).toMatchObject({
    message: 'Producer: option "secretAccessKey" is unknown; it belongs in clientConfig.credentials.',
    expected: '"clientConfig.credentials.secretAccessKey"',
    received: 'hush',
  });
  expect(inspect(secret) + JSON.stringify(secret)).not.toContain('hush');
});
