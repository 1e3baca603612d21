import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/set-up.mjs';
import { type Ended, runProgram } from '../verify/step.js';

/** The majors above the floor that everything is tested on. The CI matrix lists the same (check "one Node floor"). */
export const newerNodes: readonly string[] = ['22', '24'];

/** Those of {@link newerNodes} that this process does not run on itself. */
export function otherNodes(): readonly string[] {
  return newerNodes.filter((version) => version !== process.versions.node.split('.')[0]);
}

/** A Node to run under, or why there is none. */
export type NodeBinary = { readonly path: string } | { readonly problem: string };

/** Fetches a Node of that version from npm into .tools/, once. `version` may be a major. */
export async function nodeBinary(version: string): Promise<NodeBinary> {
  const home = join(root, '.tools', `node-${version}`);
  const name = archPackage(process.platform, process.arch);
  const path = join(home, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const works = async (): Promise<Ended> => runProgram(path, ['--version']);
  if ((await works()).ok) return { path };
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const installed = await runProgram('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: home,
  });
  if (!installed.ok)
    return { problem: `npm has no ${name}@${version} for this machine: ${installed.output}` };
  const ended = await works();
  return ended.ok ? { path } : { problem: `Node ${version} does not start here: ${ended.output}` };
}

/** The npm package that carries the binary for one platform. */
export function archPackage(platform: NodeJS.Platform, arch: string): string {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
