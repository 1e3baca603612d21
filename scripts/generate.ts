/** The second half of `pnpm fix`: API reports from the built packages, docs/options.md from their option tables, and the WebAssembly. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/set-up.mjs';
import { printFinding } from './checks/check.js';
import { hiddenTables, optionPagePath } from './checks/option-rows.js';
import { optionTablesOf } from './checks/option-tables.js';
import { Workspace } from './checks/workspace.js';
import { loadTables, optionPage } from './docs/option-page.js';
import { judgeApi } from './pack/api-report.js';
import { publishedPackages } from './pack/doors.js';
import { md5ModulePath, md5ModuleSource } from './wasm/md5-module-source.js';

writeFileSync(join(root, md5ModulePath), md5ModuleSource());

const workspace = Workspace.load(root);
const hidden = hiddenTables(workspace);
const places = optionTablesOf(workspace).filter((place) => place.exported && place.options !== undefined);
writeFileSync(join(root, optionPagePath), optionPage(await loadTables(root, places)));

const problems = publishedPackages(root).flatMap((one) =>
  one.doors.flatMap((door) => judgeApi(one, door, true).map((problem) => `packages/${one.short}/${problem}`)),
);
for (const problem of [...hidden.map(printFinding), ...problems]) console.error(problem);
process.exitCode = hidden.length + problems.length > 0 ? 1 : 0;
