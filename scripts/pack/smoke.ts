import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneFailed, onePassed, runProgram, type StepResult } from '../verify/step.js';

/** An empty folder outside the repository, with nothing in it but what npm put there from the tarballs. */
export class SmokeFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Installs tarballs and the packages that an application brings itself, as `npm install` does for a user. */
  async install(tarballs: readonly string[], besides: readonly string[]): Promise<StepResult> {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'package.json'), '{ "name": "smoke", "private": true }\n');
    return this.#npmInstall([...tarballs, ...besides]);
  }

  /** Replaces one package by another version of itself. */
  replace(spec: string): Promise<StepResult> {
    return this.#npmInstall([spec]);
  }

  /** Runs the program as ESM and as CJS. */
  async run(node: string, source: string): Promise<StepResult> {
    const text = readFileSync(source, 'utf8');
    writeFileSync(join(this.#folder, 'program.mjs'), text);
    writeFileSync(join(this.#folder, 'program.cjs'), asCommonJs(text));
    const results: StepResult[] = [];
    for (const file of ['program.mjs', 'program.cjs']) {
      const ended = await runProgram(node, [file], { cwd: this.#folder, limitMs: 60_000 });
      results.push(ended.ok ? onePassed : oneFailed(`${file}: ${ended.output}`));
    }
    return merged(results);
  }

  /** Asks the installed program of a package for its help. */
  async npx(name: string): Promise<StepResult> {
    const ended = await runProgram('npx', ['--no-install', name, '--help'], {
      cwd: this.#folder,
      limitMs: 60_000,
    });
    return ended.ok && ended.output.includes('Usage') ? onePassed : oneFailed(ended.output);
  }

  /** Compiles files with TypeScript as an application with strict settings would, its libraries checked too. */
  async compile(
    files: Readonly<Record<string, string>>,
    resolution: 'NodeNext' | 'Bundler' | 'Node10',
  ): Promise<StepResult> {
    const folder = join(this.#folder, `compile-${resolution.toLowerCase()}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const compilerOptions = {
      module: { Bundler: 'ESNext', Node10: 'CommonJS', NodeNext: 'NodeNext' }[resolution],
      moduleResolution: resolution,
      target: 'ES2022',
      lib: ['ES2022'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
    const tsc = join(this.#folder, 'node_modules', 'typescript', 'bin', 'tsc');
    const ended = await runProgram(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: this.#folder,
    });
    return ended.ok ? onePassed : oneFailed(ended.output);
  }

  async #npmInstall(specs: readonly string[]): Promise<StepResult> {
    const args = ['install', '--no-audit', '--no-fund', '--save-exact', ...specs];
    const ended = await runProgram('npm', args, { cwd: this.#folder });
    return ended.ok ? onePassed : oneFailed(ended.output);
  }
}

/** The same program for `require`: its named and default imports become destructured requires. */
export function asCommonJs(text: string): string {
  return text.replaceAll(/^import (\{[^}]*\}|\w+) from ('[^']+');$/gm, 'const $1 = require($2);');
}

function merged(results: readonly StepResult[]): StepResult {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
    output: results
      .map(({ output }) => output)
      .join('\n')
      .trim(),
  };
}
