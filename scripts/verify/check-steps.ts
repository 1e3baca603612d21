import { meetsFloor } from '../bootstrap/node-floor.mjs';
import { root } from '../bootstrap/set-up.mjs';
import { allChecks } from '../checks/all-checks.js';
import { type Check, printFinding } from '../checks/check.js';
import { Workspace } from '../checks/workspace.js';
import { oneFailed, onePassed, oneSkipped, programStep, type Step } from './step.js';

/** What the compiler knows from last time. */
const buildInfo = 'node_modules/.cache/types.tsbuildinfo';

/** What `pnpm check` runs: everything that needs neither a build nor a test. */
export function checkSteps(): readonly Step[] {
  const workspace = Workspace.load(root);
  return [
    programStep('format and lint', 'biome', ['ci', '--error-on-warnings', '--colors=off', '.']),
    programStep('types', 'tsc', ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', buildInfo]),
    unusedStep(),
    ...allChecks.map((check) => checkStep(check, workspace)),
  ];
}

/** Knip is the one tool that does not start on the first releases of Node 20. */
function unusedStep(): Step {
  const step = programStep('unused files, exports, dependencies', 'knip', ['--no-progress']);
  const run = async () =>
    meetsFloor(process.versions.node, '20.19.0') ? step.run() : oneSkipped('knip needs Node 20.19');
  return { ...step, run };
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
