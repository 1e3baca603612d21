import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cached } from './cached.js';
import { runTool, version } from './run-tool.js';
import { cacheFolder, interopFolder, type Tool, textsBelow } from './tool.js';

/** Compiles interop/java; the path is the class path. */
export function prepareJava(): Tool {
  const java = version('java', ['-version']);
  if (java === undefined || Number(/version "(\d+)/.exec(java)?.[1]) < 17) {
    return { missing: 'needs Java 17', path: '' };
  }
  if (version('javac', ['-version']) === undefined) return { missing: 'needs javac, of a JDK', path: '' };
  const maven = version('mvn', ['--version']);
  if (maven === undefined) return { missing: 'needs Maven', path: '' };
  return { path: classPath(java) };
}

function classPath(java: string): string {
  const build = () => cached(cacheFolder, 'java', [java, ...textsBelow('java')], compile);
  const found = read(build());
  if (found.split(delimiter).every((entry) => existsSync(entry))) return found;
  // The local repository lost some of it.
  rmSync(build(), { recursive: true, force: true });
  return read(build());
}

function read(folder: string): string {
  const jars = readFileSync(join(folder, 'classpath.txt'), 'utf8').trim();
  return [join(folder, 'classes'), jars].join(delimiter);
}

/** With the settings and the local repository of whoever runs it. */
function compile(folder: string): void {
  const pom = join(interopFolder, 'java', 'pom.xml');
  const list = `-Dmdep.outputFile=${join(folder, 'classpath.txt')}`;
  const goals = ['compile', 'dependency:build-classpath', list];
  runTool('mvn', ['--quiet', '--batch-mode', '--file', pom, `-DbuildFolder=${folder}`, ...goals]);
}

/** The folder of the native child that the KPL unpacks. */
export const kplFolder = (classes: string) => join(dirname(classes.split(delimiter)[0] ?? ''), 'kpl');
