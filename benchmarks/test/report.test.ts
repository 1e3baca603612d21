import { describe, expect, it } from 'vitest';
import type { RatioChange } from '../baseline.js';
import type { Result } from '../harness.js';
import { benchmarkList, jsonReport, tableReport } from '../report.js';

const machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryGigabytes: 8,
  os: 'Linux 6 x64',
  node: '20.20.2',
  commit: 'abc1234',
  measuredAt: '2026-11-21T00:00:00.000Z',
};
const result: Result = {
  benchmark: 'aggregation',
  name: 'aggregate 100 B',
  unit: 'user records per CPU second',
  value: 1_234_567,
  runs: [1_234_567],
  spread: 0.1,
  perWallSecond: 1_300_000,
  payloadMegabytes: 123.5,
  gcShare: 0.02,
  facts: { repeats: 0 },
  ratios: { 'copy keys and data': 0.25, protobufjs: 1.9 },
  references: [
    { name: 'copy keys and data', role: 'floor', value: 4_938_268, runs: [4_938_268], facts: {} },
    { name: 'protobufjs', role: 'peer', value: 650_000, runs: [650_000], facts: {} },
  ],
};
const change: RatioChange = {
  name: 'aggregate 100 B',
  reference: 'protobufjs',
  before: 2,
  now: 1.5,
  change: 0.75,
  verdict: 'worse',
};

describe('jsonReport', () => {
  it('is one object per line', () => {
    const lines = [
      jsonReport.machine(machine, true),
      jsonReport.result(result),
      jsonReport.change('aggregation', change),
    ];
    expect(lines.join('').includes('\n')).toBe(false);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { machine, quick: true },
      result,
      { benchmark: 'aggregation', comparedWithBaseline: change },
    ]);
  });
});

describe('tableReport', () => {
  it('says what the figures were measured on', () => {
    const text = tableReport.machine(machine, false);
    for (const fact of ['Some CPU', '2 cores', 'Linux 6 x64', '20.20.2', 'abc1234'])
      expect(text).toContain(fact);
  });

  it('shows the subject, floor and peers with their ratios', () => {
    const text = tableReport.result(result);
    expect(text).toMatch(/shardline +1,234,567/);
    expect(text).toMatch(/floor: copy keys and data +4,938,268 +shardline is x 0.25/);
    expect(text).toMatch(/peer: protobufjs +650,000 +shardline is x 1.90/);
  });

  it('says whether a bound holds, and what does not', () => {
    const verdict = { trial: 'memory', name: 'silent server', broken: undefined, facts: { a: 1, b: 2 } };
    expect(tableReport.verdict(verdict)).toBe('memory: silent server\n  holds  (a 1; b 2)');
    expect(tableReport.verdict({ ...verdict, broken: 'grew' })).toContain('BROKEN: grew  (a 1');
    expect(JSON.parse(jsonReport.verdict(verdict))).toMatchObject({ holds: true, facts: { a: 1 } });
    expect(JSON.parse(jsonReport.verdict({ ...verdict, broken: 'grew' }))).toMatchObject({
      holds: false,
      broken: 'grew',
    });
  });

  it('says how a ratio changed', () => {
    expect(tableReport.change('aggregation', change)).toBe(
      'aggregation / aggregate 100 B against protobufjs: worse, 2.00 -> 1.50 (x 0.75)',
    );
    const gone = { ...change, now: undefined, change: undefined, verdict: 'missing' as const };
    expect(tableReport.change('aggregation', gone)).toMatch(/missing, 2.00 -> none$/);
  });
});

describe('benchmarkList', () => {
  it('has a line for each benchmark', () => {
    const text = benchmarkList([
      { name: 'a', summary: 'does a' },
      { name: 'long-name', summary: 'does b' },
    ]);
    expect(text).toContain('  a          does a\n  long-name  does b\n');
  });
});
