import ts from 'typescript';
import { lineOf } from './workspace.js';

/** A place where a file names another module. */
export interface ModuleReference {
  readonly specifier: string;
  /** True where nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** What is imported by name; empty for namespaces, side effects and dynamic imports. */
  readonly names: readonly string[];
  readonly line: number;
}

/** Every module that a file names: imports, re-exports, `import()`, `require()` and import types. */
export function importsOf(tree: ts.SourceFile): readonly ModuleReference[] {
  const found: ModuleReference[] = [];
  const visit = (node: ts.Node): void => {
    const reference = referenceOf(tree, node);
    if (reference !== undefined) found.push(reference);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function referenceOf(tree: ts.SourceFile, node: ts.Node): ModuleReference | undefined {
  if (ts.isImportDeclaration(node)) return declared(tree, node, node.moduleSpecifier, importShape(node));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return declared(tree, node, node.moduleSpecifier, exportShape(node));
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return declared(tree, node, node.argument.literal, { typeOnly: true, names: [] });
  }
  if (ts.isCallExpression(node) && loadsModule(node) && node.arguments[0] !== undefined) {
    return declared(tree, node, node.arguments[0], { typeOnly: false, names: [] });
  }
  return undefined;
}

type Shape = Pick<ModuleReference, 'typeOnly' | 'names'>;

function declared(
  tree: ts.SourceFile,
  node: ts.Node,
  specifier: ts.Node,
  shape: Shape,
): ModuleReference | undefined {
  if (!ts.isStringLiteralLike(specifier)) return undefined;
  return { specifier: specifier.text, line: lineOf(tree, node), ...shape };
}

function loadsModule(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

/**
 * Only `import type` disappears: under verbatimModuleSyntax `import { type A } from 'a'` still loads the module.
 */
function importShape(node: ts.ImportDeclaration): Shape {
  const clause = node.importClause;
  if (clause === undefined) return { typeOnly: false, names: [] };
  const bindings = clause.namedBindings;
  const elements = bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
  return {
    typeOnly: clause.phaseModifier === ts.SyntaxKind.TypeKeyword,
    names: elements.map((one) => (one.propertyName ?? one.name).text),
  };
}

function exportShape(node: ts.ExportDeclaration): Shape {
  const clause = node.exportClause;
  const elements = clause !== undefined && ts.isNamedExports(clause) ? [...clause.elements] : [];
  return { typeOnly: node.isTypeOnly, names: elements.map((one) => (one.propertyName ?? one.name).text) };
}
