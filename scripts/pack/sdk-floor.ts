/**
 * The oldest AWS SDK that the packages are tested against: the lower end of the peer range, which has one place, the
 * `peers` catalog of pnpm-workspace.yaml.
 */
export function sdkFloor(workspaceYaml: string): string {
  const peers = /^catalogs:\n {2}peers:\n((?: {4}.*\n?)+)/m.exec(workspaceYaml)?.[1] ?? '';
  const floor = /'@aws-sdk\/client-kinesis': '>=(\d+\.\d+\.\d+) /.exec(peers)?.[1];
  if (floor === undefined)
    throw new Error('pnpm-workspace.yaml has no peer range for @aws-sdk/client-kinesis');
  return floor;
}
