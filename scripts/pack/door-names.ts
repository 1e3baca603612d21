import { join } from 'node:path';
import ts from 'typescript';
import { runProgram } from '../verify/step.js';
import type { PublishedPackage } from './doors.js';

/** Imports or requires each file and says, in this order, which names it exports. */
const namesAtRunTime = `
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');
const namesOf = async (path) => Object.keys(path.endsWith('.cjs') ? createRequire(path)(path) : await import(pathToFileURL(path)));
Promise.all(JSON.parse(process.argv[1]).map(namesOf)).then((names) => console.log(JSON.stringify(names)));
`;

/**
 * Where the built declarations of a door promise another value than its JavaScript has, ESM and CommonJS alike. A name that only the
 * types have compiles and is not there when the program starts; one that only the JavaScript has is a promise that nobody made.
 */
export async function doorNameProblems(packages: readonly PublishedPackage[]): Promise<readonly string[]> {
  const pairs = packages.flatMap(({ short, folder, doors }) =>
    doors.flatMap((door) =>
      (['', 'c'] as const).map((kind) => ({
        name: `${short}/dist/${door}`,
        types: join(folder, 'dist', `${door}.d.${kind}ts`),
        script: join(folder, 'dist', `${door}.${kind}js`),
        kind,
      })),
    ),
  );
  const scripts = JSON.stringify(pairs.map(({ script }) => script));
  const ended = await runProgram(process.execPath, ['-e', namesAtRunTime, scripts], {
    env: { NODE_NO_WARNINGS: '1' },
  });
  if (!ended.ok) return [ended.output];
  const atRunTime = JSON.parse(ended.output) as readonly (readonly string[])[];
  const inTypes = valuesInTypes(pairs.map(({ types }) => types));
  return pairs.flatMap(({ name, kind }, index) =>
    differences(`${name}.d.${kind}ts`, `${name}.${kind}js`, inTypes[index] ?? [], atRunTime[index] ?? []),
  );
}

function differences(
  types: string,
  script: string,
  inTypes: readonly string[],
  atRunTime: readonly string[],
): readonly string[] {
  return [
    ...inTypes
      .filter((name) => !atRunTime.includes(name))
      .map((name) => `${types} has the value ${name}, ${script} has not`),
    ...atRunTime
      .filter((name) => !inTypes.includes(name))
      .map((name) => `${script} has the value ${name}, ${types} has not`),
  ];
}

/** The values, not the types, that each of the declaration files exports. */
function valuesInTypes(files: readonly string[]): readonly (readonly string[])[] {
  const { NodeNext } = ts.ModuleKind;
  const moduleResolution = ts.ModuleResolutionKind.NodeNext;
  const target = ts.ScriptTarget.ES2022;
  // Without the library of the language: what is a value does not depend on it.
  const options = { module: NodeNext, moduleResolution, target, types: [], noLib: true };
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  return files.map((file) => {
    const source = program.getSourceFile(file);
    const door = source && checker.getSymbolAtLocation(source);
    if (!door) return [];
    // A member of `import * as door`: what is exported as a type alone is none.
    const namespace = checker.getTypeOfSymbol(door);
    return checker
      .getExportsOfModule(door)
      .map(({ name }) => name)
      .filter((name) => checker.getPropertyOfType(namespace, name) !== undefined);
  });
}
