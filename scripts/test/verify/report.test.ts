import { expect, test } from 'vitest';
import { runSteps, stepLine, totalsLine } from '../../verify/report.js';
import { oneFailed, onePassed, oneSkipped, type Step, type StepResult } from '../../verify/step.js';

const step = (name: string, result: StepResult | Error): Step => ({
  name,
  run: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve(result)),
});

async function report(steps: readonly Step[], atOnce?: number) {
  const lines: string[] = [];
  const target = {
    print: (line: string) => lines.push(line),
    progress: () => undefined,
    progressEveryMs: 60_000,
  };
  return { totals: await runSteps(steps, target, atOnce), lines };
}

test('the last line names what was skipped only if something was', () => {
  expect(totalsLine({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
  expect(totalsLine({ passed: 7, failed: 1, skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped');
});

test('steps are summed', async () => {
  const suite = { passed: 5, failed: 1, skipped: 2, output: 'a test failed' };
  const { totals } = await report([
    step('a', onePassed),
    step('b', suite),
    step('c', oneSkipped('no network')),
  ]);
  expect(totals).toEqual({ passed: 6, failed: 1, skipped: 3 });
});

test('what a step wrote is shown when it failed or was skipped', async () => {
  const { lines } = await report([
    step('a', oneFailed('line 1\nline 2')),
    step('b', oneSkipped('no network')),
  ]);
  expect(lines.join('\n')).toContain('    line 1\n    line 2');
  expect(lines.join('\n')).toContain('    no network');
});

test('a step that throws has failed, and the others still run', async () => {
  const { totals, lines } = await report([step('a', new Error('broke')), step('b', onePassed)]);
  expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(lines[1]).toContain('broke');
});

test('every step runs once when several run at a time', async () => {
  const steps = Array.from({ length: 7 }, (_, index) => step(`s${index}`, onePassed));
  const { totals, lines } = await report(steps, 3);
  expect(totals.passed).toBe(7);
  expect(new Set(lines).size).toBe(7);
});

test('a line shows how its step ended', () => {
  expect(stepLine('a', onePassed, 1_234)).toMatch(/^✓ a +1 passed, 0 failed, 1\.2 s$/);
  expect(stepLine('a', oneFailed(''), 0)).toMatch(/^✗/);
  expect(stepLine('a', oneSkipped(''), 0)).toMatch(/^-/);
});
