import { join } from 'node:path';

/** Settings of whoever runs the tests that would lead AWS's clients elsewhere: profiles, roles, endpoints, proxies. */
const misleading = /^AWS_|^(https?|all|no)_proxy$/i;
const noFile = join(import.meta.dirname, 'no-such-file');

/** The environment in which AWS's clients find the local services and nothing else. */
export function awsEnvironment(
  endpoints: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !misleading.test(name))),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: noFile,
    AWS_SHARED_CREDENTIALS_FILE: noFile,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    ...endpoints,
  };
}
