import { describe, expect, it, vi } from 'vitest';
import { watchParent } from '../src/parent-watch.js';
import { HandClock } from './support/hand-clock.js';

function watch(environment: Record<string, string>) {
  const clock = new HandClock();
  const schedule = vi.spyOn(clock, 'schedule');
  const parent = { id: 100 };
  const gone = vi.fn();
  watchParent({ environment, parentId: () => parent.id, clock, gone });
  return { clock, schedule, parent, gone };
}
const byNpx = { npm_lifecycle_event: 'npx', npm_lifecycle_script: "'shardline-local'" };

describe('watchParent', () => {
  it('tells, once, that the shell in which npx runs the program is gone', async () => {
    const { clock, schedule, parent, gone } = watch(byNpx);
    await clock.advance(10_000);
    expect(gone).not.toHaveBeenCalled();
    parent.id = 1;
    await clock.advance(250);
    await clock.advance(10_000);
    expect(gone).toHaveBeenCalledTimes(1);
    for (const call of schedule.mock.calls)
      expect(call).toEqual([250, expect.any(Function), { keepAlive: false }]);
    expect(clock.waiting).toBe(0);
  });

  it.each<[string, Record<string, string>]>([
    ['no npm', {}],
    ['a script of package.json', { npm_lifecycle_event: 'serve', npm_lifecycle_script: 'shardline-local' }],
    ['another program that npx runs', { ...byNpx, npm_lifecycle_script: "'jest'" }],
    [
      'a command that puts it in the background',
      { ...byNpx, npm_lifecycle_script: 'shardline-local & sleep 1' },
    ],
    ['npx without a script', { npm_lifecycle_event: 'npx' }],
  ])('leaves alone what is started by %s: it may outlive its parent', async (_name, environment) => {
    const { clock, parent, gone } = watch(environment);
    expect(clock.waiting).toBe(0);
    parent.id = 1;
    await clock.advance(10_000);
    expect(gone).not.toHaveBeenCalled();
  });

  it('knows the ways in which versions of npx write the script', () => {
    for (const script of [
      'shardline-local',
      "'shardline-local'",
      '"shardline-local"',
      'shardline-local "--port" "0"',
    ]) {
      expect(watch({ ...byNpx, npm_lifecycle_script: script }).clock.waiting).toBe(1);
    }
  });
});
