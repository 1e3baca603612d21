import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CaseSamples,
  median,
  pairedRatio,
  perCpuSecond,
  type Sample,
  sliceMs,
  summarise,
  turns,
} from '../harness.js';

const sample = (units: number, cpuSeconds = 1, facts: Record<string, number> = {}): Sample => ({
  units,
  cpuSeconds,
  wallSeconds: 2,
  gcSeconds: 0.1,
  facts,
});
const samples = (name: string, role: CaseSamples['role'], ...units: number[]): CaseSamples => ({
  name,
  role,
  samples: units.map((value) => sample(value)),
});
const heading = { benchmark: 'b', name: 'n', unit: 'records', bytesPerUnit: 100 };

describe('median', () => {
  it('is the middle of an odd number of values, in any order, and leaves them as they are', () => {
    const values = [9, 1, 5];
    expect(median(values)).toBe(5);
    expect(values).toEqual([9, 1, 5]);
  });

  it('is the mean of the two middle ones of an even number', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('sorts numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('refuses no values', () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it('has as many values on either side', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('perCpuSecond', () => {
  it('divides work by CPU time, not by wall time', () => {
    expect(perCpuSecond(sample(300, 1.5))).toBe(200);
  });

  it('refuses a sample without CPU time', () => {
    expect(() => perCpuSecond(sample(300, 0))).toThrow(RangeError);
    expect(() => perCpuSecond(sample(300, Number.NaN))).toThrow(RangeError);
  });
});

describe('pairedRatio', () => {
  it('compares within rounds: a slow round of both sides changes nothing', () => {
    expect(pairedRatio([200, 20, 200], [100, 10, 100])).toBe(2);
  });

  it('is the median of the rounds', () => {
    expect(pairedRatio([300, 100, 200], [100, 100, 100])).toBe(2);
  });

  it('refuses rounds without a partner', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
  });
});

describe('turns', () => {
  it('runs every case once a round', () => {
    expect(turns(3, 2)).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe('sliceMs', () => {
  it('shares what remains among the runs that remain', () => {
    expect(sliceMs(900, 3)).toBe(300);
  });

  it('is never negative, and nothing is left for no runs', () => {
    expect(sliceMs(-5, 3)).toBe(0);
    expect(sliceMs(900, 0)).toBe(0);
  });
});

describe('summarise', () => {
  it('puts the subject beside floor and peers of the same run', () => {
    const result = summarise(heading, samples('shardline', 'subject', 100, 300, 200), [
      samples('bare', 'floor', 400, 400, 400),
      samples('other', 'peer', 50, 50, 50),
    ]);
    expect(result.value).toBe(200);
    expect(result.runs).toEqual([100, 300, 200]);
    expect(result.spread).toBe(1);
    expect(result.unit).toBe('records per CPU second');
    expect(result.perWallSecond).toBe(100);
    expect(result.gcShare).toBe(0.05);
    expect(result.payloadMegabytes).toBe(0.02);
    expect(result.ratios).toEqual({ bare: 0.5, other: 4 });
    expect(result.references.map(({ name, role, value }) => [name, role, value])).toEqual([
      ['bare', 'floor', 400],
      ['other', 'peer', 50],
    ]);
  });

  it('takes the median of each fact', () => {
    const withFacts = [1, 9, 5].map((repeats) => sample(1, 1, { repeats }));
    const result = summarise(heading, { name: 's', role: 'subject', samples: withFacts }, []);
    expect(result.facts).toEqual({ repeats: 5 });
  });

  it('refuses a subject as a reference', () => {
    const subject = samples('s', 'subject', 1);
    expect(() => summarise(heading, subject, [subject])).toThrow(TypeError);
  });
});
