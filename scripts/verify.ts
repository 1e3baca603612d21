/** `pnpm verify`: everything that CI runs, one line a step; the last line is the sum. */
import { buildPackages } from './bootstrap/set-up.mjs';
import { newerNodes } from './pack/node-binary.js';
import { packSteps, underNode } from './pack/pack-steps.js';
import { checkSteps } from './verify/check-steps.js';
import { consoleTarget, runSteps, totalsLine } from './verify/report.js';
import { onePassed, type Step } from './verify/step.js';
import { vitestStep } from './verify/vitest-step.js';

function unitStepUnder(version: string): Step {
  const name = `unit, Node ${version}`;
  return { name, run: () => underNode(version, (node) => vitestStep({ name, project: 'unit', node }).run()) };
}

const steps: readonly Step[] = [
  {
    name: 'build',
    async run() {
      await buildPackages(process.env);
      return onePassed;
    },
  },
  ...checkSteps(),
  vitestStep({ name: 'the checks themselves', project: 'scripts' }),
  vitestStep({ name: 'unit', project: 'unit' }),
  vitestStep({ name: 'simulation', project: 'simulation' }),
  vitestStep({ name: 'integration', project: 'integration' }),
  ...packSteps(),
  ...newerNodes.map(unitStepUnder),
];

const totals = await runSteps(steps, consoleTarget());
console.log(totalsLine(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;
