import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProgram, runProgram } from './run-program.js';

/** Its first line, once its processes are there; and a later one. A slow machine leaves seconds out. */
const underWay = /^ +\d+ s +\d/m;
const someOffered = /^ +\d+ s +[1-9][\d,]*\/s offered/m;

/**
 * Runs the demo as `npm run demo` does: processes, HTTP, a split and a SIGKILL included. Catches loss and disorder, a table that does
 * not add up, a wrong exit status, and processes left behind. Cannot tell whether rates and times are what they should be:
 * the machine of a test may be slow, which the demo answers with a warning. For the same reason it has time.
 */
describe('demo', { timeout: 120_000 }, () => {
  let program: RunningProgram | undefined;
  afterEach(() => program?.end());

  it('puts, splits, kills a worker, and proves that nothing is lost or out of order', async () => {
    program = runProgram('demo', ['--seconds', '6', '--plain', '--seed', '3']);
    const { exitStatus, output } = await program.ended;
    expect(output).toMatch(/^Shardline demo: 6 s of load/);
    expect(output).toMatch(/^ +\d s +[\d,]+\/s offered, .* w[12] has \d/m);
    expect(output).toMatch(/s {2}Splitting shard \d, the busiest/);
    const [, killed] = /SIGKILL of worker (w[12]) \(process \d+\)/.exec(output) ?? [];
    expect(killed).toBeDefined();
    const survivor = killed === 'w1' ? 'w2' : 'w1';
    expect(output).toMatch(new RegExp(`${survivor} has taken shard \\d over, [\\d.]+ s after the kill`));
    expect(output).not.toMatch(new RegExp(`${killed} has taken shard`));
    const count = (label: string) =>
      Number(new RegExp(`^ *${label} +([\\d,]+)`, 'm').exec(output)?.[1]?.replace(/,/g, ''));
    expect(count('accepted')).toBeGreaterThan(500);
    expect([count('stored'), count('delivered')]).toEqual([count('accepted'), count('accepted')]);
    expect([count('lost'), count('out of order')]).toEqual([0, 0]);
    expect(output).toMatch(/^failover time +[\d.]+ s {2}from the kill to the next tweet: shard \d /m);
    expect(output).toContain('Nothing lost, nothing out of order');
    expect(output).toContain('through a split and a SIGKILL');
    expect(output).not.toContain('\u001b');
    expect(exitStatus).toBe(0);
    expect(await program.isGone()).toBe(true);
  });

  it('judges what was put when interrupted, as by Ctrl-C: the signal reaches every process', async () => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(someOffered);
    program.signalAll('SIGINT');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain('warning: interrupted');
    expect(output).toContain('Nothing lost, nothing out of order');
    expect(exitStatus).toBe(0);
    expect(await program.isGone()).toBe(true);
  });

  it('leaves no process behind even when it is killed', async () => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(underWay);
    program.process.kill('SIGKILL');
    await program.ended;
    expect(await program.isGone()).toBe(true);
  });

  it.each([
    ['demo-servers', 'The process of the local Kinesis and the lease table'],
    ['"name":"w1"', 'Worker w1'],
  ])('says so when %s dies', async (part, name) => {
    program = runProgram('demo', ['--seconds', '60', '--plain']);
    await program.saying(underWay);
    program.signalChildren(part, 'SIGKILL');
    const { exitStatus, output } = await program.ended;
    expect(output).toContain(`demo: ${name} ended early (SIGKILL).`);
    expect(exitStatus).toBe(2);
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
