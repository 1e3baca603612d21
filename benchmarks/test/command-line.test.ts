import { describe, expect, it } from 'vitest';
import { readCommandLine, UsageError } from '../command-line.js';

const known = ['aggregation', 'put-path'];
const read = (...parameters: string[]) => readCommandLine(parameters, known);

describe('readCommandLine', () => {
  it('names no benchmark by default', () => {
    expect(read()).toEqual({
      names: [],
      json: false,
      quick: false,
      compare: false,
      writeBaseline: false,
      node: undefined,
    });
  });

  it('takes names and flags in any order, each name once', () => {
    const line = read('--json', 'put-path', '--quick', 'aggregation', 'put-path');
    expect(line).toEqual({
      names: ['put-path', 'aggregation'],
      json: true,
      quick: true,
      compare: false,
      writeBaseline: false,
      node: undefined,
    });
    expect(read('--compare', 'aggregation')).toMatchObject({ compare: true, quick: false });
    expect(read('aggregation', '--write-baseline')).toMatchObject({ writeBaseline: true });
  });

  it('takes the Node to measure, by version alone', () => {
    expect(read('aggregation', '--node', '24').node).toBe('24');
    expect(read('aggregation', '--node=20.20.2').node).toBe('20.20.2');
    expect(() => read('aggregation', '--node', '/usr/bin/node')).toThrow(UsageError);
    expect(() => read('aggregation', '--node')).toThrow(UsageError);
  });

  it('overlooks the separator of package managers', () => {
    expect(read('--', 'aggregation', '--json').names).toEqual(['aggregation']);
  });

  it('refuses an unknown benchmark and says which there are', () => {
    expect(() => read('agregation')).toThrow(
      new UsageError('no benchmark named "agregation"; there are: aggregation, put-path'),
    );
  });

  it('refuses an unknown flag', () => {
    expect(() => read('aggregation', '--fast')).toThrow(UsageError);
  });

  it('refuses to compare nothing: a check that measured nothing must not pass', () => {
    expect(() => read('--compare')).toThrow(UsageError);
    expect(() => read('--write-baseline')).toThrow(UsageError);
  });

  it('compares and writes baselines from full runs alone, and never both', () => {
    expect(() => read('aggregation', '--quick', '--compare')).toThrow(UsageError);
    expect(() => read('aggregation', '--quick', '--write-baseline')).toThrow(UsageError);
    expect(() => read('aggregation', '--compare', '--write-baseline')).toThrow(UsageError);
  });
});
