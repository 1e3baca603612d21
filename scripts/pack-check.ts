/** `pnpm pack-check`: the packages as their users get them. */
import { packSteps } from './pack/pack-steps.js';
import { buildStep } from './verify/build-step.js';
import { main } from './verify/main.js';

await main([buildStep(), ...packSteps()]);
