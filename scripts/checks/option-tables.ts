import ts from 'typescript';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

/** A constant of type OptionTable: the options of one constructor or function. */
export interface OptionTablePlace {
  /** File that declares it. */
  readonly path: string;
  readonly line: number;
  /** Name of the constant. */
  readonly name: string;
  /** Name of the options type, such as `ProducerOptions`; absent where the table does not say. */
  readonly options?: string;
  readonly exported: boolean;
}

const table = /\bOptionTable<(?:keyof (\w+)|[^>]*)>/;

/** The option tables that packages declare at module level, `: OptionTable<keyof X>` or `satisfies` it. */
export function optionTablesOf(workspace: Workspace): readonly OptionTablePlace[] {
  return workspace
    .files(/^packages\/[^/]+\/src\/.*\.ts$/)
    .flatMap((file) =>
      workspace.tree(file).statements.flatMap((statement) => placesIn(workspace, file, statement)),
    );
}

function placesIn(workspace: Workspace, file: SourceFile, statement: ts.Statement): OptionTablePlace[] {
  if (!ts.isVariableStatement(statement)) return [];
  const exported = statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) === true;
  return statement.declarationList.declarations.flatMap((declaration) => {
    const match = table.exec(declaredType(declaration));
    if (match === null) return [];
    const tree = workspace.tree(file);
    const place = {
      path: file.path,
      line: lineOf(tree, declaration),
      name: declaration.name.getText(tree),
      exported,
    };
    return [match[1] === undefined ? place : { ...place, options: match[1] }];
  });
}

function declaredType(declaration: ts.VariableDeclaration): string {
  if (declaration.type !== undefined)
    return /^OptionTable</.test(declaration.type.getText()) ? declaration.type.getText() : '';
  let value = declaration.initializer;
  if (value !== undefined && ts.isCallExpression(value)) value = value.arguments[0];
  return value !== undefined && ts.isSatisfiesExpression(value) ? value.type.getText() : '';
}
