import ts from 'typescript';
import { type Check, type Finding, withoutExceptions } from './check.js';
import { moduleState as exceptions } from './exceptions.js';
import { lineOf, type SourceFile, type Workspace } from './workspace.js';

const source = /^packages\/[^/]+\/src\/.*\.ts$/;

/** Built-in objects that can be changed in place whatever their properties say. */
const mutableBuiltIn =
  /^(Map|Set|WeakMap|WeakSet|WeakRef|Date|ArrayBuffer|SharedArrayBuffer|DataView|Buffer|EventEmitter|AbortController|(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array|Float(32|64)Array)$/;
/** Classes whose objects carry nothing from one call to the next. */
const stateless = /^(TextEncoder|TextDecoder|Error|\w+Error)$/;

/**
 * Modules hold no mutable state: an application can load the ESM and the CJS copy of a package at once, and each would
 * have its own. A constant is frozen, `as const`, or of a read-only type.
 */
export const moduleState: Check = {
  name: 'no module-level mutable state',
  find: (workspace) => {
    const files = workspace.files(source);
    const program = programOf(workspace, files);
    const checker = program.getTypeChecker();
    const findings = files.flatMap((file) => {
      const tree = program.getSourceFile(file.path);
      return tree === undefined ? [] : judge(checker, file, tree);
    });
    return withoutExceptions(findings, exceptions);
  },
};

function judge(checker: ts.TypeChecker, file: SourceFile, tree: ts.SourceFile): Finding[] {
  return tree.statements.flatMap(holdersOf).flatMap((holder) => {
    const problem = problemOf(checker, holder);
    return problem === undefined ? [] : [{ path: file.path, line: lineOf(tree, holder.node), problem }];
  });
}

/** A variable of the module, or a static field of one of its classes. */
interface Holder {
  readonly node: ts.VariableDeclaration | ts.PropertyDeclaration;
  readonly constant: boolean;
}

function holdersOf(statement: ts.Statement): Holder[] {
  if (ts.isClassDeclaration(statement)) {
    return statement.members.filter(isStaticField).map((node) => ({ node, constant: isReadonly(node) }));
  }
  if (!ts.isVariableStatement(statement) || isAmbient(statement)) return [];
  const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  return statement.declarationList.declarations.map((node) => ({ node, constant }));
}

function problemOf(checker: ts.TypeChecker, { node, constant }: Holder): string | undefined {
  const name = node.name.getText();
  if (!constant) return `${name} can be reassigned: a module holds no variables`;
  if (!isMutable(checker, node)) return undefined;
  return `${name} can be changed in place: freeze it (Object.freeze), mark it "as const", or give it a read-only type`;
}

function isStaticField(member: ts.ClassElement): member is ts.PropertyDeclaration {
  const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
  return ts.isPropertyDeclaration(member) && isStatic;
}

function isReadonly(node: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;
}

function isAmbient(statement: ts.VariableStatement): boolean {
  return statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true;
}

function isMutable(checker: ts.TypeChecker, node: ts.VariableDeclaration | ts.PropertyDeclaration): boolean {
  const value = node.initializer === undefined ? undefined : unwrapped(node.initializer);
  if (node.initializer !== undefined && isConstAssertion(node.initializer)) return false;
  if (value !== undefined && (ts.isFunctionLike(value) || ts.isClassLike(value))) return false;
  if (value !== undefined && isFreeze(value)) return false;
  if (value !== undefined && ts.isNewExpression(value) && !isDeclaredReadonly(node)) {
    return !stateless.test(value.expression.getText());
  }
  return isMutableType(checker, checker.getTypeAtLocation(node.name));
}

function unwrapped(node: ts.Expression): ts.Expression {
  const inner =
    ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node);
  return inner ? unwrapped(node.expression) : node;
}

function isConstAssertion(node: ts.Expression): boolean {
  if (ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return isConstAssertion(node.expression);
  return ts.isAsExpression(node) && ts.isConstTypeReference(node.type);
}

function isFreeze(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === 'Object.freeze';
}

function isDeclaredReadonly(node: ts.VariableDeclaration | ts.PropertyDeclaration): boolean {
  return node.type !== undefined && /^(readonly |Readonly|ArrayLike<)/.test(node.type.getText());
}

function isMutableType(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((member) => isMutableType(checker, member));
  if ((type.flags & ts.TypeFlags.Object) === 0 && !type.isIntersection()) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type)) return !isReadonlyArray(checker, type);
  const name = type.symbol?.name ?? '';
  if (mutableBuiltIn.test(name)) return true;
  if (type.getCallSignatures().length > 0) return false;
  const mapped = type.symbol?.declarations?.find((declaration) => ts.isMappedTypeNode(declaration));
  if (mapped !== undefined) return mapped.readonlyToken === undefined;
  if (isDeclaredInLibrary(type)) return false;
  const index = checker.getIndexInfosOfType(type).some((info) => !info.isReadonly);
  return index || checker.getPropertiesOfType(type).some((property) => isWritable(property));
}

function isReadonlyArray(checker: ts.TypeChecker, type: ts.Type): boolean {
  return checker.typeToString(type).startsWith('readonly ');
}

function isDeclaredInLibrary(type: ts.Type): boolean {
  const declarations = type.symbol?.declarations ?? [];
  return declarations.length > 0 && declarations.every((one) => one.getSourceFile().isDeclarationFile);
}

function isWritable(property: ts.Symbol): boolean {
  const declaration = property.valueDeclaration;
  if (declaration === undefined || ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration))
    return false;
  return !isReadonly(declaration);
}

function programOf(workspace: Workspace, files: readonly SourceFile[]): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@shardline/source'],
    types: ['node'],
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const readFromDisk = host.readFile.bind(host);
  const existsOnDisk = host.fileExists.bind(host);
  host.readFile = (path) => workspace.text(path) ?? readFromDisk(path);
  host.fileExists = (path) => workspace.has(path) || existsOnDisk(path);
  const parseFromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const text = workspace.text(path);
    return text === undefined ? parseFromDisk(path, ...rest) : ts.createSourceFile(path, text, rest[0], true);
  };
  return ts.createProgram(
    files.map((file) => file.path),
    options,
    host,
  );
}
