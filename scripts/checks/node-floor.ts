import { newerNodes } from '../pack/node-binary.js';
import type { Check, Finding } from './check.js';
import type { Workspace } from './workspace.js';

/** The oldest Node is `engines.node` of the root package.json; everything else that says it agrees. */
export const nodeFloor: Check = {
  name: 'one Node floor everywhere',
  find: (workspace) => {
    const range = workspace.rootManifest().engines?.node ?? '';
    const floor = /^>=(\d+)/.exec(range)?.[1];
    if (floor === undefined)
      return [{ path: 'package.json', problem: 'engines.node must read ">=" and a version' }];
    return [
      ...manifests(workspace, range),
      ...mentions(
        workspace,
        /^(packages|examples|benchmarks)\/.*\.ts$/,
        /\btarget: 'node(\d+)'/g,
        floor,
        'tsup target',
      ),
      ...mentions(
        workspace,
        /(^|\/)(README|CONTRIBUTING|AGENTS)\.md$/,
        /\bNode(?:\.js)? (?:>= ?|≥ ?)?(\d+)(?: or newer|\+)/g,
        floor,
        'oldest Node',
      ),
      ...matrix(workspace, floor),
      ...nodeTypes(workspace, floor),
    ];
  },
};

function manifests(workspace: Workspace, range: string): Finding[] {
  return workspace.files(/^(packages|examples)\/[^/]+\/package\.json$/).flatMap(({ path, text }) => {
    const engines = (JSON.parse(text) as { engines?: { node?: string } }).engines?.node;
    return engines === range ? [] : [{ path, problem: `engines.node is ${engines}, the root says ${range}` }];
  });
}

function mentions(
  workspace: Workspace,
  files: RegExp,
  pattern: RegExp,
  floor: string,
  what: string,
): Finding[] {
  return workspace.files(files).flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      [...line.matchAll(pattern)]
        .filter(([, version]) => version !== floor)
        .map(([whole]) => ({
          path,
          line: index + 1,
          problem: `${what} "${whole}", the floor is ${floor}`,
        })),
    ),
  );
}

/** CI runs on what `pnpm verify` runs on, the floor first. */
function matrix(workspace: Workspace, floor: string): Finding[] {
  const path = '.github/workflows/ci.yml';
  const versions = /node: \[([^\]]*)\]/
    .exec(workspace.text(path) ?? '')?.[1]
    ?.split(',')
    .map((one) => one.trim());
  const wanted = [floor, ...newerNodes];
  if (JSON.stringify(versions) === JSON.stringify(wanted)) return [];
  return [
    { path, problem: `the matrix must be "node: [${wanted.join(', ')}]", as in scripts/pack/node-binary.ts` },
  ];
}

/** The types of the floor, not of the newest Node: they are what stops a newer API from slipping in. */
function nodeTypes(workspace: Workspace, floor: string): Finding[] {
  const path = 'pnpm-workspace.yaml';
  const version = /'@types\/node': (\d+)/.exec(workspace.text(path) ?? '')?.[1];
  return version === floor
    ? []
    : [{ path, problem: `@types/node is of Node ${version}, the floor is ${floor}` }];
}
