import { describe, expect, it } from 'vitest';
import { WaitingCalls } from '../src/waiting-calls.js';
import { HandClock } from './support/hand-clock.js';

function watch(wait: Promise<unknown>): { state: string } {
  const watched = { state: 'waits' };
  wait.then(
    () => {
      watched.state = 'done';
    },
    (error: { kind: string }) => {
      watched.state = error.kind;
    },
  );
  return watched;
}

describe('WaitingCalls', () => {
  it('waits for time', async () => {
    const clock = new HandClock();
    const pause = watch(new WaitingCalls(clock).pause('op', 10));
    await clock.advance(9);
    expect(pause.state).toBe('waits');
    await clock.advance(1);
    expect(pause.state).toBe('done');
  });

  it('waits for the caller to give up', async () => {
    const clock = new HandClock();
    const calls = new WaitingCalls(clock);
    const gives = new AbortController();
    const [wait, silence] = [
      watch(calls.givenUp('op', gives.signal)),
      watch(calls.silence('op', gives.signal)),
    ];
    await clock.advance(1e9);
    expect([wait.state, silence.state]).toEqual(['waits', 'waits']);
    gives.abort();
    const late = watch(calls.givenUp('op', gives.signal));
    await clock.advance(0);
    expect([wait.state, silence.state, late.state]).toEqual(['done', 'timeout', 'done']);
  });

  it('ends them all at once, and those to come', async () => {
    const clock = new HandClock();
    const calls = new WaitingCalls(clock);
    const waits = [
      calls.pause('op', 10),
      calls.givenUp('op', new AbortController().signal),
      calls.silence('op', undefined),
    ];
    const watched = waits.map(watch);
    calls.close();
    watched.push(watch(calls.pause('op', 1)));
    await clock.advance(0);
    expect(watched.map(({ state }) => state)).toEqual(['reset', 'reset', 'reset', 'reset']);
    expect(clock.waiting).toBe(0);
  });
});
