import { type Check, type Exception, type Finding, withoutExceptions } from './check.js';
import { edgeFiles } from './exceptions.js';
import { importsOf, type ModuleReference } from './imports.js';

interface Edge {
  /** What is kept at the edge, in words that end "values from …". */
  readonly what: string;
  readonly matches: (specifier: string) => boolean;
  readonly files: readonly Exception[];
}

const network = new Set([
  'http',
  'https',
  'http2',
  'net',
  'tls',
  'dgram',
  'fs',
  'fs/promises',
  'child_process',
]);

const edges: readonly Edge[] = [
  { what: 'the AWS SDK', matches: (name) => /^@(aws-sdk|smithy)\//.test(name), files: edgeFiles.awsSdk },
  { what: 'p-queue', matches: (name) => name === 'p-queue', files: edgeFiles.queue },
  {
    what: 'the network, the file system or other processes',
    matches: (name) => network.has(name.replace(/^node:/, '')),
    files: edgeFiles.machine,
  },
];

/** Decisions stay pure: only named files touch the SDK, p-queue or the machine. Types may be used anywhere. */
export const edgeImports: Check = {
  name: 'edges',
  find: (workspace) => {
    const files = workspace.files(/^packages\/[^/]+\/src\/.*\.ts$/);
    const references = files.flatMap((file) =>
      importsOf(workspace.tree(file)).map((reference) => ({ path: file.path, reference })),
    );
    return edges.flatMap((edge) => {
      const findings = references.flatMap(({ path, reference }) => judge(edge, path, reference));
      return withoutExceptions(findings, edge.files);
    });
  },
};

function judge(edge: Edge, path: string, reference: ModuleReference): Finding[] {
  if (reference.typeOnly || !edge.matches(reference.specifier)) return [];
  const problem = `imports values from ${edge.what}, which only the files listed in scripts/checks/exceptions.ts may`;
  return [{ path, line: reference.line, problem }];
}
