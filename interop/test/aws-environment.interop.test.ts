import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { awsEnvironment } from './support/aws-environment.js';

it('passes on nothing that leads elsewhere, and the rest', () => {
  const own = { PATH: '/bin', HOME: '/a', JAVA_HOME: '/jdk' };
  const misleading = {
    AWS_PROFILE: 'work',
    AWS_CONFIG_FILE: '/a/.aws/config',
    AWS_SHARED_CREDENTIALS_FILE: '/a/.aws/credentials',
    AWS_SESSION_TOKEN: 'theirs',
    AWS_ACCESS_KEY_ID: 'theirs',
    AWS_ENDPOINT_URL: 'https://example.com',
    AWS_CA_BUNDLE: '/a/ca.pem',
    HTTP_PROXY: 'http://proxy:3128',
    https_proxy: 'http://proxy:3128',
    ALL_PROXY: 'http://proxy:3128',
    no_proxy: 'example.com',
  };
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ...env } = awsEnvironment(
    { AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:4567' },
    { ...own, ...misleading },
  );
  expect(env).toEqual({
    ...own,
    AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:4567',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  });
  for (const file of [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE]) {
    expect(file).toBeTypeOf('string');
    expect(existsSync(file ?? '')).toBe(false);
  }
});
