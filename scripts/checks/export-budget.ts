import ts from 'typescript';
import type { Check, Finding } from './check.js';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

/** Values that the main door of one package may export. Types are free: they cost a user nothing at run time. */
const budget = 15;

/** A small surface: each exported value is a promise to keep. */
export const exportBudget: Check = {
  name: `at most ${budget} exported values a package`,
  find: (workspace) =>
    workspace.files(/^packages\/[^/]+\/src\/index\.ts$/).flatMap((file) => judge(workspace, file)),
};

function judge(workspace: Workspace, file: SourceFile): Finding[] {
  const tree = workspace.tree(file);
  const values = tree.statements.flatMap((statement) => exportedValues(statement));
  const findings: Finding[] = tree.statements
    .filter((statement) => !ts.isExportDeclaration(statement))
    .map((statement) => ({
      path: file.path,
      line: lineOf(tree, statement),
      problem: 'is a door: it only names what it passes on',
    }));
  if (values.length > budget) {
    const problem = `exports ${values.length} values (${values.join(', ')}), the budget is ${budget}`;
    findings.push({ path: file.path, problem });
  }
  return findings;
}

function exportedValues(statement: ts.Statement): string[] {
  if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
  const clause = statement.exportClause;
  if (clause === undefined || !ts.isNamedExports(clause)) return ['*'];
  return clause.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text);
}
