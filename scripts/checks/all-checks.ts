import { bannedNames } from './banned-names.js';
import { bannedSynonyms } from './banned-synonyms.js';
import type { Check } from './check.js';
import { documentedCommands } from './documented-commands.js';
import { documentedFiles } from './documented-files.js';
import { edgeImports } from './edge-imports.js';
import { errorRows } from './error-rows.js';
import { exportBudget } from './export-budget.js';
import { hotTwins } from './hot-twins.js';
import { machinePaths } from './machine-paths.js';
import { moduleState } from './module-state.js';
import { nodeFloor } from './node-floor.js';
import { optionRows } from './option-rows.js';
import { packageDirection } from './package-direction.js';
import { packageShape } from './package-shape.js';
import { repeatedCode } from './repeated-code.js';
import { sizeCaps } from './size-caps.js';
import { testTwins } from './test-twins.js';
import { timeAndChance } from './time-and-chance.js';

/** Every rule of the codebase that a linter does not know. Import cycles are Biome's (noImportCycles, types included). */
export const allChecks: readonly Check[] = [
  packageDirection,
  edgeImports,
  timeAndChance,
  moduleState,
  sizeCaps,
  hotTwins,
  testTwins,
  exportBudget,
  bannedNames,
  bannedSynonyms,
  repeatedCode,
  errorRows,
  optionRows,
  documentedCommands,
  documentedFiles,
  nodeFloor,
  packageShape,
  machinePaths,
];
