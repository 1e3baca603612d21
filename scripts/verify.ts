/** `pnpm verify`: everything that CI runs, one line a step. */
import { otherNodes } from './pack/node-binary.js';
import { packSteps, underNode } from './pack/pack-steps.js';
import { buildStep } from './verify/build-step.js';
import { checkSteps } from './verify/check-steps.js';
import { main } from './verify/main.js';
import { oneSkipped, programStep, type Step } from './verify/step.js';
import { vitestStep } from './verify/vitest-step.js';

function unitStepUnder(version: string): Step {
  const name = `unit, Node ${version}`;
  return { name, run: () => underNode(version, (node) => vitestStep({ name, project: 'unit', node }).run()) };
}

/** Where several Nodes verify the same checkout, one of them is enough: the other clients are not ours. */
function interopStep(): Step {
  if (process.env.SHARDLINE_INTEROP === 'off') {
    return { name: 'interop', run: async () => oneSkipped('SHARDLINE_INTEROP is off') };
  }
  // With what is downloaded before its first run.
  return vitestStep({ name: 'interop', project: 'interop', limitMs: 30 * 60_000 });
}

/** The one benchmark whose verdict does not depend on how fast the machine is. */
function memoryStep(): Step {
  const limitMs = 5 * 60_000;
  return programStep('memory of a full producer', 'tsx', ['benchmarks/run.ts', 'memory', '--quick'], {
    limitMs,
  });
}

await main([
  buildStep(),
  ...checkSteps(),
  vitestStep({ name: 'the checks themselves', project: 'scripts' }),
  vitestStep({ name: 'unit', project: 'unit' }),
  vitestStep({ name: 'simulation', project: 'simulation' }),
  vitestStep({ name: 'integration', project: 'integration' }),
  memoryStep(),
  interopStep(),
  ...packSteps(),
  ...otherNodes().map(unitStepUnder),
]);
