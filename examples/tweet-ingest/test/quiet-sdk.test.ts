import { afterEach, expect, it, vi } from 'vitest';
import { quietSdk } from '../src/quiet-sdk.js';

const variable = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

afterEach(() => vi.unstubAllEnvs());

it('quietSdk silences the warning, unless the user has decided already', () => {
  vi.stubEnv(variable, undefined);
  quietSdk();
  expect(process.env[variable]).toBe('true');
  vi.stubEnv(variable, 'false');
  quietSdk();
  expect(process.env[variable]).toBe('false');
});
