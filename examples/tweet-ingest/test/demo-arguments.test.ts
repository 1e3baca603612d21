import { describe, expect, it } from 'vitest';
import { parseDemoArguments } from '../src/demo/demo-arguments.js';

const parse = (line: string) => parseDemoArguments(line.split(' ').filter((word) => word !== ''));

describe('parseDemoArguments', () => {
  it('runs 20 seconds of seed 1, live, by default', () => {
    expect(parse('')).toEqual({ help: false, seconds: 20, plain: false, seed: 1 });
  });

  it('takes what is asked for', () => {
    expect(parse('--seconds 4 --plain --seed=9')).toEqual({ help: false, seconds: 4, plain: true, seed: 9 });
    expect(parse('-h').help).toBe(true);
  });

  it.each([
    ['--seconds 1', '--seconds must be a whole number, 2 to 120; received "1".'],
    ['--seconds x', '--seconds must be a whole number, 2 to 120; received "x".'],
    ['--seed 1.5', /^--seed must be a whole number/],
    ['--second 5', 'Unknown option --second. Did you mean --seconds?'],
    ['--plain=1', '--plain takes no value.'],
    ['20', 'Unexpected "20". See --help.'],
  ])('refuses "%s"', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});
