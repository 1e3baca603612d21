import { builtinModules } from 'node:module';
import ts from 'typescript';
import type { Finding } from '../checks/check.js';
import { importsOf } from '../checks/imports.js';
import type { Manifest } from '../checks/workspace.js';

/**
 * Modules that the built code or its declarations name without a dependency or peer that brings them: here they
 * resolve through the workspace, on a user's machine they do not.
 */
export function undeclaredImports(
  manifest: Manifest,
  built: ReadonlyMap<string, string>,
): readonly Finding[] {
  const declared = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  return [...built].flatMap(([path, text]) =>
    importsOf(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)).flatMap(
      ({ specifier, line }) => {
        const name = packageOf(specifier);
        if (name === undefined || declared.has(name)) return [];
        return [{ path, line, problem: `names ${specifier}, which package.json does not declare` }];
      },
    ),
  );
}

/** `@a/b` of `@a/b/c`; nothing for files of the package itself and for Node's own modules. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  return builtinModules.includes(name) ? undefined : name;
}
