import { describe, expect, it } from 'vitest';
import { cpuSecondsIn } from '../workload/process-cpu.js';

const stat = (name: string) =>
  `4711 (${name}) S 1 4711 4711 0 -1 4194304 100 0 0 0 250 75 9 9 20 0 11 0 12345 1000000 500`;

describe('cpuSecondsIn', () => {
  it('adds user and system time', () => {
    expect(cpuSecondsIn(stat('node'))).toBe(3.25);
  });

  it('is not led astray by the name of the process', () => {
    expect(cpuSecondsIn(stat('a) S 1 (b'))).toBe(3.25);
  });

  it('refuses a text that has none', () => {
    expect(() => cpuSecondsIn('4711 (node) S')).toThrow('no CPU times');
  });
});
