import ts from 'typescript';
import type { Check, Finding } from './check.js';
import { lineOf } from './workspace.js';

const drawer =
  /^(utils?|helpers?|managers?|common|shared|misc|types|interfaces|constants)$|-(utils?|helpers?|managers?)$/;
const vagueClass = /(Manager|Helpers?|Utils?)$/;

/** No drawers: a file, folder or class is named for what it does, and a type lives with what gives it meaning. */
export const bannedNames: Check = {
  name: 'no drawers (utils, helpers, manager, types)',
  find: (workspace) =>
    workspace.files(/^(packages|examples|benchmarks|scripts)\/.*\.(ts|mjs)$/).flatMap((file) => {
      const segments = file.path.split('/').map((segment) => segment.replace(/\..*$/, ''));
      const bad = segments.find((segment) => drawer.test(segment));
      const findings: Finding[] =
        bad === undefined
          ? []
          : [{ path: file.path, problem: `"${bad}" says nothing: name it for what it does` }];
      const tree = workspace.tree(file);
      for (const statement of tree.statements) {
        if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) continue;
        const name = statement.name?.text ?? '';
        if (!vagueClass.test(name)) continue;
        findings.push({
          path: file.path,
          line: lineOf(tree, statement),
          problem: `${name}: name it for what it does`,
        });
      }
      return findings;
    }),
};
