import { InvalidOptionError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import { HandMovedClock } from '../src/hand-moved-clock.js';

function clockAndLog() {
  const log: string[] = [];
  const clock = new HandMovedClock(1_000_000, async () => {
    log.push(`settle at ${clock.monotonic()}`);
  });
  const at = (delayMs: number, name: string) =>
    clock.schedule(delayMs, () => log.push(`${name} at ${clock.monotonic()}`));
  return { clock, log, at };
}

describe('HandMovedClock', () => {
  it('stands still until it is moved', async () => {
    const { clock } = clockAndLog();
    expect([clock.now(), clock.monotonic()]).toEqual([1_000_000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000_250, 250]);
    await clock.advance(0);
    expect(clock.monotonic()).toBe(250);
  });

  it('runs what is due, in order, and lets what it woke get on before the next moment', async () => {
    const { clock, log, at } = clockAndLog();
    at(20, 'c');
    at(10, 'a');
    at(10, 'b');
    at(-5, 'past');
    at(31, 'later');
    at(Number.POSITIVE_INFINITY, 'never');
    clock.schedule(20, () => at(10, 'made meanwhile'));
    await clock.advance(30);
    expect(log).toEqual([
      'past at 0',
      'settle at 0',
      'a at 10',
      'b at 10',
      'settle at 10',
      'c at 20',
      'settle at 20',
      'made meanwhile at 30',
      'settle at 30',
    ]);
  });

  it('runs nothing that is never due, however long it goes on', async () => {
    const { clock, log, at } = clockAndLog();
    at(Number.POSITIVE_INFINITY, 'never');
    await clock.advance(Number.POSITIVE_INFINITY);
    expect(log).toEqual([]);
  });

  it('forgets what is cancelled, even by a call of the same moment', async () => {
    const { clock, log, at } = clockAndLog();
    at(5, 'a').cancel();
    const first = clock.schedule(5, () => second.cancel());
    const second = at(5, 'b');
    await clock.advance(10);
    first.cancel();
    expect(log).toEqual(['settle at 5']);
  });

  it('is moved by one after another, and on after a call that failed', async () => {
    const { clock, log, at } = clockAndLog();
    at(150, 'a');
    clock.schedule(50, () => {
      throw new Error('broken');
    });
    const moves = [clock.advance(100), clock.advance(100)];
    await expect(moves[0]).rejects.toThrow('broken');
    await moves[1];
    expect(clock.monotonic()).toBe(150);
    expect(log).toContain('a at 150');
  });

  it('refuses a delay that is no number', () => {
    expect(() => clockAndLog().at(Number.NaN, 'a')).toThrow(InvalidOptionError);
  });
});
