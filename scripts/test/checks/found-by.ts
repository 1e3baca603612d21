import type { Check } from '../../checks/check.js';
import { Workspace } from '../../checks/workspace.js';

/** `path: problem` of everything that a check finds in these files. */
export async function foundBy(check: Check, files: Readonly<Record<string, string>>): Promise<string[]> {
  const findings = await check.find(new Workspace(files));
  return findings.map(({ path, problem }) => `${path}: ${problem}`);
}
