import { expect, test } from 'vitest';
import { programStep, runProgram } from '../../verify/step.js';

const node = (code: string, limitMs?: number) =>
  runProgram(process.execPath, ['-e', code], limitMs === undefined ? {} : { limitMs });

test('what a program writes is kept, from both streams', async () => {
  expect(await node("console.log('out'); console.error('err')")).toEqual({ ok: true, output: 'out\nerr' });
});

test('a status other than 0 is a failure', async () => {
  expect(await node("console.log('why'); process.exit(3)")).toEqual({ ok: false, output: 'why' });
});

test('a program that does not exist is a failure, not an exception', async () => {
  expect(await runProgram('no-such-program', [])).toMatchObject({ ok: false });
});

test('a program that hangs is killed', async () => {
  const ended = await node('setInterval(() => undefined, 1000)', 300);
  expect(ended.ok).toBe(false);
  expect(ended.output).toContain('killed after 0.3 s');
});

test('a child that outlives its program does not hold the run up for ever', async () => {
  const orphan =
    "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { stdio: 'inherit' }).unref()";
  const ended = await node(`${orphan}; process.exit(0)`, 1_000);
  expect(ended.output).toContain('killed after 1 s');
});

test('a step is one check', async () => {
  const passing = await programStep('a', process.execPath, ['-e', '']).run();
  const failing = await programStep('a', process.execPath, [
    '-e',
    "console.log('why'); process.exit(1)",
  ]).run();
  expect(passing).toMatchObject({ passed: 1, failed: 0 });
  expect(failing).toMatchObject({ passed: 0, failed: 1, output: 'why' });
});
