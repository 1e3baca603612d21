/** `pnpm check`: format, lint, types, unused code and the rules of the codebase; under twenty seconds. */
import { checkSteps } from './verify/check-steps.js';
import { consoleTarget, runSteps, totalsLine } from './verify/report.js';

const totals = await runSteps(checkSteps(), consoleTarget(), 2);
console.log(totalsLine(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;
