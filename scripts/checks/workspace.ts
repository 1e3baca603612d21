import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A file of the repository. */
export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The parts of a package.json that checks look at. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly engines?: { readonly node?: string };
  readonly packageManager?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A folder of packages/ that has a package.json. */
export interface WorkspacePackage {
  /** Such as `packages/core`. */
  readonly folder: string;
  /** The folder's own name, such as `core`. */
  readonly short: string;
  readonly manifest: Manifest;
}

const ignored = new Set(['node_modules', 'dist', '.git', '.tools', 'temp', 'coverage']);
const textFile = /\.(ts|mts|cts|js|mjs|cjs|json|md|yaml|yml|proto|txt|sh|npmrc|gitignore)$|\/(LICENSE|run)$/;

/** The text files of the repository, parsed at most once. Tests build one from literals. */
export class Workspace {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #trees = new Map<string, ts.SourceFile>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = new Map(Object.entries(texts));
  }

  /** The repository on disk. The tree is walked, not asked from git: an unpacked archive can be checked too. */
  static load(root: string): Workspace {
    const texts: Record<string, string> = {};
    const walk = (folder: string): void => {
      for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (ignored.has(entry.name)) continue;
        if (entry.isDirectory()) walk(path);
        else if (entry.isFile() && textFile.test(`/${path}`))
          texts[path] = readFileSync(join(root, path), 'utf8');
      }
    };
    walk('');
    return new Workspace(texts);
  }

  text(path: string): string | undefined {
    return this.#texts.get(path);
  }

  has(path: string): boolean {
    return this.#texts.has(path);
  }

  /** Files whose path matches, in order of path. */
  files(pattern: RegExp): readonly SourceFile[] {
    return [...this.#texts]
      .filter(([path]) => pattern.test(path))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([path, text]) => ({ path, text }));
  }

  /** The syntax of a TypeScript file. */
  tree(file: SourceFile): ts.SourceFile {
    const known = this.#trees.get(file.path);
    if (known !== undefined) return known;
    const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
    this.#trees.set(file.path, tree);
    return tree;
  }

  packages(): readonly WorkspacePackage[] {
    return this.files(/^packages\/[^/]+\/package\.json$/).map(({ path, text }) => {
      const folder = path.slice(0, -'/package.json'.length);
      return { folder, short: folder.slice('packages/'.length), manifest: JSON.parse(text) as Manifest };
    });
  }

  rootManifest(): Manifest {
    return JSON.parse(this.text('package.json') ?? '{}') as Manifest;
  }
}

/** Line of a node's first token, from 1. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}
