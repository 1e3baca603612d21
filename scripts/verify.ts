/** `pnpm verify`: everything that CI runs, one line a step. */
import { otherNodes } from './pack/node-binary.js';
import { packSteps, underNode } from './pack/pack-steps.js';
import { buildStep } from './verify/build-step.js';
import { checkSteps } from './verify/check-steps.js';
import { main } from './verify/main.js';
import type { Step } from './verify/step.js';
import { vitestStep } from './verify/vitest-step.js';

function unitStepUnder(version: string): Step {
  const name = `unit, Node ${version}`;
  return { name, run: () => underNode(version, (node) => vitestStep({ name, project: 'unit', node }).run()) };
}

await main([
  buildStep(),
  ...checkSteps(),
  vitestStep({ name: 'the checks themselves', project: 'scripts' }),
  vitestStep({ name: 'unit', project: 'unit' }),
  vitestStep({ name: 'simulation', project: 'simulation' }),
  vitestStep({ name: 'integration', project: 'integration' }),
  vitestStep({ name: 'interop', project: 'interop' }),
  ...packSteps(),
  ...otherNodes().map(unitStepUnder),
]);
