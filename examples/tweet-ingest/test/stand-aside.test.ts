import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StandAside } from '../src/demo/stand-aside.js';

async function* numbers(asked: number[]) {
  for (const number of [1, 2, 3]) {
    asked.push(number);
    yield number;
  }
}

describe('StandAside', () => {
  it('asks for no further page while it pauses, and leaves none out', async () => {
    const aside = new StandAside();
    const [asked, got]: [number[], number[]] = [[], []];
    const reading = (async () => {
      for await (const number of aside.pages(numbers(asked))) {
        got.push(number);
        if (number === 2) aside.pause();
      }
    })();
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    aside.pause();
    expect([asked, got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    aside.resume();
    await reading;
    expect(got).toEqual([1, 2, 3]);
  });

  it('lets everything through when it was resumed before', async () => {
    const aside = new StandAside();
    aside.pause();
    aside.resume();
    const got: number[] = [];
    for await (const number of aside.pages(numbers([]))) got.push(number);
    expect(got).toEqual([1, 2, 3]);
  });
});
