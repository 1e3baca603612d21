import ts from 'typescript';
import type { Check } from './check.js';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

const page = 'docs/errors.md';

/** Every error code has its row in docs/errors.md, and every row its error. */
export const errorRows: Check = {
  name: 'every error has its row',
  find: (workspace) => {
    const codes = workspace
      .files(/^packages\/[^/]+\/src\/.*\.ts$/)
      .flatMap((file) => codesOf(workspace, file));
    const text = workspace.text(page) ?? '';
    const rows = text.split('\n').flatMap((line, index) => {
      const code = /^\| *`([A-Z][A-Z0-9_]+)`/.exec(line)?.[1];
      return code === undefined ? [] : [{ code, line: index + 1 }];
    });
    const documented = new Set(rows.map(({ code }) => code));
    const existing = new Set(codes.map(({ code }) => code));
    return [
      ...codes
        .filter(({ code }) => !documented.has(code))
        .map(({ code, path, line }) => ({ path, line, problem: `${code} has no row in ${page}` })),
      ...rows
        .filter(({ code }) => !existing.has(code))
        .map(({ code, line }) => ({
          path: page,
          line,
          problem: `no error has the code ${code}: remove the row`,
        })),
    ];
  },
};

interface ErrorCode {
  readonly code: string;
  readonly path: string;
  readonly line: number;
}

/** The codes that the classes of one file can carry: `code = 'A'`, `code: 'A' | 'B'` or the alias of such a union. */
function codesOf(workspace: Workspace, file: SourceFile): ErrorCode[] {
  const tree = workspace.tree(file);
  const found: ErrorCode[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node) && /Error$/.test(node.name?.text ?? '')) {
      for (const member of node.members) {
        const line = lineOf(tree, member);
        found.push(...codesOfMember(workspace, member).map((code) => ({ code, path: file.path, line })));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function codesOfMember(workspace: Workspace, member: ts.ClassElement): string[] {
  if (!ts.isPropertyDeclaration(member) || member.name.getText() !== 'code') return [];
  if (member.initializer !== undefined) return literalsIn(member.initializer.getText());
  const type = member.type;
  if (type === undefined || !ts.isTypeReferenceNode(type)) return literalsIn(type?.getText() ?? '');
  return literalsIn(aliasText(workspace, type.typeName.getText()));
}

function literalsIn(text: string): string[] {
  return [...text.matchAll(/'([A-Z][A-Z0-9_]+)'/g)].map(([, code = '']) => code);
}

/** Text of the type alias called `name`, wherever in the packages it stands. */
function aliasText(workspace: Workspace, name: string): string {
  for (const file of workspace.files(/^packages\/[^/]+\/src\/.*\.ts$/)) {
    for (const statement of workspace.tree(file).statements) {
      if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name)
        return statement.type.getText();
    }
  }
  return '';
}
