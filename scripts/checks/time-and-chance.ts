import ts from 'typescript';
import { type Check, type Finding, withoutExceptions } from './check.js';
import { timeAndChance as exceptions } from './exceptions.js';
import { importsOf } from './imports.js';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

const bareNames = new Map([
  ['setTimeout', 'time'],
  ['setInterval', 'time'],
  ['setImmediate', 'time'],
  ['performance', 'time'],
]);
const members = new Map([
  ['Date.now', 'time'],
  ['process.hrtime', 'time'],
  ['process.uptime', 'time'],
  ['AbortSignal.timeout', 'time'],
  ['Math.random', 'chance'],
  ['crypto.randomUUID', 'chance'],
  ['crypto.randomBytes', 'chance'],
  ['crypto.randomInt', 'chance'],
  ['crypto.getRandomValues', 'chance'],
]);
const modules = /^(node:)?(timers|timers\/promises|perf_hooks)$/;
const cryptoModule = /^(node:)?crypto$/;
const cryptoChance =
  /^(randomUUID|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues|webcrypto)$/;

/** Time and chance are injected, so that everything runs under one seeded scheduler. `new Date(ms)` reads no clock. */
export const timeAndChance: Check = {
  name: 'time and chance injected',
  find: (workspace) => {
    const files = workspace.files(/^packages\/[^/]+\/src\/.*\.ts$/);
    return withoutExceptions(
      files.flatMap((file) => judge(workspace, file)),
      exceptions,
    );
  },
};

function judge(workspace: Workspace, file: SourceFile): Finding[] {
  const tree = workspace.tree(file);
  const findings: Finding[] = [];
  const add = (line: number, what: string, kind: string): void => {
    const door = kind === 'time' ? 'a Clock' : 'a Random';
    findings.push({
      path: file.path,
      line,
      problem: `names ${what}: take ${door} from @shardline/core instead`,
    });
  };
  for (const reference of importsOf(tree)) {
    if (reference.typeOnly) continue;
    if (modules.test(reference.specifier)) add(reference.line, reference.specifier, 'time');
    const chance = reference.names.find((name) => cryptoChance.test(name));
    if (cryptoModule.test(reference.specifier) && chance !== undefined) add(reference.line, chance, 'chance');
  }
  const visit = (node: ts.Node): void => {
    const use = useOf(node);
    if (use !== undefined) add(lineOf(tree, node), use.what, use.kind);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return findings;
}

function useOf(node: ts.Node): { what: string; kind: string } | undefined {
  if (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments?.length ?? 0) === 0) {
    return { what: 'new Date()', kind: 'time' };
  }
  if (ts.isCallExpression(node) && isDate(node.expression)) return { what: 'Date()', kind: 'time' };
  if (ts.isPropertyAccessExpression(node)) return memberUse(node);
  if (ts.isIdentifier(node) && isFreeName(node)) {
    const kind = bareNames.get(node.text);
    return kind === undefined ? undefined : { what: node.text, kind };
  }
  return undefined;
}

function memberUse(node: ts.PropertyAccessExpression): { what: string; kind: string } | undefined {
  const owner = ownerName(node.expression);
  const name = node.name.text;
  const kind = owner === 'globalThis' ? bareNames.get(name) : members.get(`${owner}.${name}`);
  return kind === undefined ? undefined : { what: `${owner}.${name}`, kind };
}

/** `Date` of both `Date` and `globalThis.Date`. */
function ownerName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : '';
}

function isDate(node: ts.Expression): boolean {
  return ownerName(node) === 'Date';
}

/** Whether an identifier is a use of a variable, and not a member's, a declaration's or a type's name. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeNode(parent) || ts.isImportSpecifier(parent) || ts.isTypeQueryNode(parent)) return false;
  const named = parent as ts.Node & { readonly name?: ts.Node };
  return named.name !== node;
}
