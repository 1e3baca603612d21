import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProgram, runProgram } from './run-program.js';

/**
 * Runs the demo as `npm run demo` does: processes, HTTP and a split included. Catches loss and disorder, a table that does not
 * add up, a wrong exit status, and processes left behind. Cannot tell whether the rates are what they should be: the machine of
 * a test may be slow, which the demo answers with a warning.
 */
describe('demo', () => {
  let program: RunningProgram | undefined;
  afterEach(() => program?.end());

  it('puts, splits, and proves that nothing is lost or out of order', async () => {
    program = runProgram('demo', ['--seconds', '4', '--plain', '--seed', '3']);
    const { exitStatus, output } = await program.ended;
    expect(output).toMatch(/^Shardline demo: 4 s of load/);
    expect(output).toMatch(/^ +\d s +offered [\d,]+\/s, .* 4 shards at/m);
    expect(output).toMatch(/^Splitting shard \d, the busiest/m);
    const count = (label: string) =>
      Number(new RegExp(`^${label} +([\\d,]+)`, 'm').exec(output)?.[1]?.replace(/,/g, ''));
    expect(count('accepted')).toBeGreaterThan(500);
    expect(count('stored')).toBe(count('accepted'));
    expect([count('lost'), count('out of order'), count('unexpected')]).toEqual([0, 0, 0]);
    expect(count('records of the stream')).toBeLessThan(count('accepted') / 3);
    expect(output).toContain('Nothing lost, nothing out of order');
    expect(output).not.toContain('\u001b');
    expect(exitStatus).toBe(0);
    expect(await program.isGone()).toBe(true);
  });

  it('judges what was put when interrupted', async () => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(' 1 s ');
    program.process.kill('SIGINT');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain('warning: interrupted');
    expect(output).toContain('Nothing lost, nothing out of order');
    expect(exitStatus).toBe(0);
    expect(await program.isGone()).toBe(true);
  });

  it('leaves no local Kinesis behind even when it is killed', async () => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(' 0 s ');
    program.process.kill('SIGKILL');
    await program.ended;
    expect(await program.isGone()).toBe(true);
  });

  it('says so when the local Kinesis dies', async () => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(' 0 s ');
    program.signalServers('SIGKILL');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain('demo: The local Kinesis ended early (SIGKILL).');
    expect(exitStatus).toBe(1);
    expect(await program.isGone()).toBe(true);
  });

  it.each([
    [['--seconds', '0'], 2, 'demo: --seconds must be a whole number, 2 to 120; received "0".\n'],
    [['--help'], 0, 'Usage: npm run demo'],
  ])('answers %j with status %i', async (args, status, text) => {
    program = runProgram('demo', args);
    const { exitStatus, output } = await program.ended;
    expect(output).toContain(text);
    expect(exitStatus).toBe(status);
  });
});
