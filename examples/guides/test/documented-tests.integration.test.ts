import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { snippetFiles } from '../../../scripts/pack/snippets.js';

// Inside the package, so that the snippets find what it depends on.
const temp = fileURLToPath(new URL('../temp/', import.meta.url));

it.each([
  ['docs/testing-your-code.md', 5],
  ['docs/local-kinesis.md', 15],
  ['packages/local/README.md', 1],
])('the tests that %s shows pass', async (path, count) => {
  const document = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  await mkdir(temp, { recursive: true });
  const folder = await mkdtemp(temp);
  try {
    const snippets = snippetFiles(new Map([['page', await readFile(document, 'utf8')]]));
    const tests = Object.entries(snippets).filter(([, code]) => code.includes("from 'node:test'"));
    expect(tests).toHaveLength(count);
    for (const [name, code] of tests) await writeFile(join(folder, name), code);
    // All in one process: a process for each takes longer than all tests together.
    const all = join(folder, 'all.mts');
    await writeFile(all, tests.map(([name]) => `import './${name}';\n`).join(''));
    const output = await runTests(all);
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1]), output).toBeGreaterThanOrEqual(count);
    expect(output).toContain('\n# fail 0\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function runTests(path: string): Promise<string> {
  const loader = createRequire(import.meta.url).resolve('tsx');
  const args = ['--conditions=@shardline/source', '--import', loader, '--test-reporter=tap', path];
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
