/** `pnpm check`: format, lint, types, unused code and the rules of the codebase; under twenty seconds. */
import { checkSteps } from './verify/check-steps.js';
import { main } from './verify/main.js';

await main(checkSteps(), 2);
