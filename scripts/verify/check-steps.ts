import { root } from '../bootstrap/set-up.mjs';
import { allChecks } from '../checks/all-checks.js';
import { type Check, printFinding } from '../checks/check.js';
import { Workspace } from '../checks/workspace.js';
import { oneFailed, onePassed, programStep, type Step } from './step.js';

/** What `pnpm check` runs: everything that needs neither a build nor a test. */
export function checkSteps(): readonly Step[] {
  const workspace = Workspace.load(root);
  return [
    programStep('format and lint', 'biome', ['ci', '--error-on-warnings', '--colors=off', '.']),
    programStep('types', 'tsc', ['-p', 'tsconfig.json']),
    programStep('unused files, exports, dependencies', 'knip', ['--no-progress']),
    ...allChecks.map((check) => checkStep(check, workspace)),
  ];
}

function checkStep(check: Check, workspace: Workspace): Step {
  return {
    name: check.name,
    async run() {
      const findings = await check.find(workspace);
      return findings.length === 0 ? onePassed : oneFailed(findings.map(printFinding).join('\n'));
    },
  };
}
