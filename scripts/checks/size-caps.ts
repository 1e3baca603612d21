import ts from 'typescript';
import type { Check, Finding } from './check.js';
import { type SizeException, sizeExceptions } from './exceptions.js';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

/** Lines, comments and blank lines included. */
export interface Caps {
  readonly file: number;
  readonly function: number;
}

const sourceCaps: Caps = { file: 300, function: 60 };
const testCaps: Caps = { file: 500, function: 100 };

const code = /^(packages|examples|benchmarks|interop|scripts)\/.*\.(ts|mjs)$/;
const test = /(^|\/)test\//;

/** Files and functions stay short; a longer one is listed with its own cap and the reason. */
export const sizeCaps: Check = {
  name: 'file and function caps',
  find: (workspace) => judgeSizes(workspace, sizeExceptions),
};

export function judgeSizes(workspace: Workspace, exceptions: readonly SizeException[]): readonly Finding[] {
  const sizes = workspace.files(code).flatMap((file) => measure(workspace, file));
  const excess = sizes.filter((size) => size.lines > capOf(size, exceptions));
  const idle = exceptions.filter(
    (exception) => !sizes.some((size) => covers(exception, size) && size.lines > size.cap),
  );
  return [
    ...excess.map((size) => ({
      path: size.path,
      line: size.line,
      problem: `${size.what} has ${size.lines} lines, the cap is ${capOf(size, exceptions)}: split it`,
    })),
    ...idle.map(({ path, name }) => ({
      path,
      problem: `${name ?? 'the file'} needs its size exception no longer: remove it from exceptions.ts`,
    })),
  ];
}

interface Size {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  /** The function's name; absent for the file itself. */
  readonly name?: string;
  readonly lines: number;
  readonly cap: number;
}

function covers(exception: SizeException, size: Size): boolean {
  return exception.path === size.path && exception.name === size.name;
}

function capOf(size: Size, exceptions: readonly SizeException[]): number {
  return exceptions.find((exception) => covers(exception, size))?.cap ?? size.cap;
}

function measure(workspace: Workspace, file: SourceFile): Size[] {
  const caps = test.test(file.path) ? testCaps : sourceCaps;
  const lines = file.text.trimEnd().split('\n').length;
  const sizes: Size[] = [{ path: file.path, line: 1, what: 'the file', lines, cap: caps.file }];
  const tree = workspace.tree(file);
  const visit = (node: ts.Node): void => {
    if (isFunction(node) && !isSuite(node)) {
      const name = nameOf(node);
      const line = lineOf(tree, node);
      const end = tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
      const what = `function ${name}`;
      sizes.push({ path: file.path, line, what, name, lines: end - line + 1, cap: caps.function });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return sizes;
}

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** A test suite is a function only in form. */
function isSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return `${classNameOf(node)}.constructor`;
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node))
    return `${classNameOf(node)}.${node.name.getText()}`;
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return '(anonymous)';
}

function classNameOf(node: ts.Node): string {
  return ts.isClassLike(node.parent) ? (node.parent.name?.text ?? '(class)') : '(object)';
}
