import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { snippetFiles } from '../../../scripts/pack/snippets.js';

const document = fileURLToPath(new URL('../../../docs/testing-your-code.md', import.meta.url));
// Inside the package, so that the snippets find what it depends on.
const temp = fileURLToPath(new URL('../temp/', import.meta.url));

it('the tests that docs/testing-your-code.md shows pass', async () => {
  await mkdir(temp, { recursive: true });
  const folder = await mkdtemp(temp);
  try {
    const snippets = snippetFiles(new Map([['page', await readFile(document, 'utf8')]]));
    const tests = Object.entries(snippets).filter(([, code]) => code.includes("from 'node:test'"));
    expect(tests.length).toBeGreaterThan(3);
    const paths = tests.map(([name]) => join(folder, name));
    for (const [name, code] of tests) await writeFile(join(folder, name), code);
    const output = await runTests(paths);
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1]), output).toBeGreaterThan(tests.length);
    expect(output).toContain('\n# fail 0\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function runTests(paths: readonly string[]): Promise<string> {
  const loader = createRequire(import.meta.url).resolve('tsx');
  const args = [
    '--conditions=@shardline/source',
    '--import',
    loader,
    '--test',
    '--test-reporter=tap',
    ...paths,
  ];
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
