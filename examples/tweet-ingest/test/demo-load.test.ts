import { describe, expect, it } from 'vitest';
import { DemoLoad } from '../src/demo/demo-load.js';
import type { Timing } from '../src/timing.js';

/** Time that passes by sleeping, and `turnMs` with every turn of the event loop. Ends the run at `endMs`. */
class SteppedTiming implements Timing {
  readonly controller = new AbortController();
  readonly #turnMs: number;
  readonly #endMs: number;
  #nowMs = 0;

  constructor(endMs: number, turnMs: number) {
    this.#endMs = endMs;
    this.#turnMs = turnMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(delayMs: number): Promise<void> {
    this.#pass(delayMs);
  }

  async turn(): Promise<void> {
    this.#pass(this.#turnMs);
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
    if (this.#nowMs >= this.#endMs) this.controller.abort();
  }
}

function load(timing: Timing, put: (id: string) => Promise<unknown> = () => Promise.resolve()) {
  const accepted: string[] = [];
  const notAccepted: string[] = [];
  let made = 0;
  const demoLoad = new DemoLoad({
    producer: { tryPut: () => true, waitForRoom: async () => undefined, put: ({ id }) => put(id) },
    generator: {
      nextRecord() {
        made += 1;
        return { id: String(made), partitionKey: 'a', data: '{}' };
      },
    },
    perSecond: 5_200,
    timing,
    onAccepted: ({ id }) => accepted.push(id),
    onLatency: () => undefined,
    onNotAccepted: ({ id }) => notAccepted.push(id),
  });
  return { demoLoad, accepted, notAccepted };
}

describe('DemoLoad', () => {
  it('offers its rate, in order', async () => {
    const timing = new SteppedTiming(1_000, 0);
    const { demoLoad, accepted } = load(timing);
    await demoLoad.run(timing.controller.signal);
    expect(demoLoad.offered).toBeGreaterThan(5_150);
    expect(demoLoad.offered).toBeLessThanOrEqual(5_200);
    expect(accepted).toEqual(accepted.map((_, index) => String(index + 1)));
    expect(demoLoad.missed).toBeLessThan(50);
  });

  it('counts what a machine without time did not offer', async () => {
    const timing = new SteppedTiming(10_000, 500);
    const { demoLoad } = load(timing);
    await demoLoad.run(timing.controller.signal);
    expect(demoLoad.offered + demoLoad.missed).toBe(Math.floor(timing.nowMs() * 5.2));
    expect(demoLoad.missed).toBeGreaterThan(40_000);
  });

  it('takes back a measured tweet that the producer did not take, not one that failed later', async () => {
    const timing = new SteppedTiming(20, 0);
    const failedLater = Object.assign(new Error('later'), { mayBeStored: true });
    const { demoLoad, notAccepted } = load(timing, (id) =>
      Promise.reject(id === '1' ? failedLater : new Error('closed')),
    );
    await demoLoad.run(timing.controller.signal);
    expect(notAccepted).toEqual(['53']);
  });
});
