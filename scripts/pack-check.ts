/** `pnpm pack-check`: the packages as their users get them. */
import { buildPackages } from './bootstrap/set-up.mjs';
import { packSteps } from './pack/pack-steps.js';
import { consoleTarget, runSteps, totalsLine } from './verify/report.js';

await buildPackages(process.env);
const totals = await runSteps(packSteps(), consoleTarget());
console.log(totalsLine(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;
