import { describe, expect, it, vi } from 'vitest';
import { LoopDelay } from '../workload/loop-delay.js';

describe('LoopDelay', () => {
  it('tells the delay that 99 of 100 looks did not exceed', () => {
    const delay = new LoopDelay();
    expect(delay.p99Ms).toBe(0);
    for (let look = 1; look <= 100; look++) delay.record(look);
    expect(delay.p99Ms).toBeCloseTo(99, 0);
  });

  it('takes being early for no delay', () => {
    const delay = new LoopDelay();
    delay.record(-3);
    expect(delay.p99Ms).toBeLessThan(0.001);
  });

  it('forgets when told, and not when it goes on', () => {
    const delay = new LoopDelay();
    delay.record(50);
    delay.resume();
    delay.pause();
    expect(delay.p99Ms).toBeGreaterThan(49);
    delay.reset();
    expect(delay.p99Ms).toBe(0);
  });

  it('counts how late it was, while it watches', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const delay = new LoopDelay();
      delay.resume();
      vi.advanceTimersByTime(20);
      expect(delay.p99Ms).toBeLessThan(0.001);
      // Something holds the loop up for 30 ms: the timer runs when it is over.
      vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 32);
      vi.advanceTimersByTime(2);
      expect(delay.p99Ms).toBeGreaterThan(29);
      delay.pause();
      delay.reset();
      vi.advanceTimersByTime(20);
      expect(delay.p99Ms).toBe(0);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });
});
