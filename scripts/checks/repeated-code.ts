import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from '../verify/step.js';
import type { Check, Finding } from './check.js';
import type { SourceFile } from './workspace.js';

/** What counts as the same code: this many lines and tokens on end, comments left out. */
const minLines = 8;
const minTokens = 80;

interface CloneReport {
  readonly duplicates: readonly {
    readonly lines: number;
    readonly firstFile: Place;
    readonly secondFile: Place;
  }[];
}

interface Place {
  readonly name: string;
  readonly start: number;
}

/** No code is written twice (jscpd). Tests may repeat themselves where that reads better. */
export const repeatedCode: Check = {
  name: 'no repeated code',
  find: (workspace) => findClones(workspace.files(/^(packages|examples)\/[^/]+\/src\/.*\.ts$/)),
};

async function findClones(files: readonly SourceFile[]): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'repeated-code-'));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const limits = ['--min-lines', String(minLines), '--min-tokens', String(minTokens), '--mode', 'weak'];
    const report = ['--reporters', 'json', '--output', folder, '--silent'];
    const ended = await runProgram('jscpd', ['--format', 'typescript', ...limits, ...report, '.'], {
      cwd: folder,
    });
    if (!ended.ok) return [{ path: '.', problem: `jscpd failed: ${ended.output}` }];
    const { duplicates } = JSON.parse(readFileSync(join(folder, 'jscpd-report.json'), 'utf8')) as CloneReport;
    return duplicates.map(({ lines, firstFile, secondFile }) => ({
      path: firstFile.name,
      line: firstFile.start,
      problem: `${lines} lines stand at ${secondFile.name}:${secondFile.start} too: share them`,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
