import type { RatioChange } from './baseline.js';
import type { Benchmark, Trial, Verdict } from './benchmark.js';
import type { ReferenceResult, Result } from './harness.js';
import type { MachineFacts } from './machine.js';

/** Turns what a run says into lines of text. */
export interface Report {
  machine(facts: MachineFacts, quick: boolean): string;
  result(result: Result): string;
  change(benchmark: string, change: RatioChange): string;
  verdict(verdict: Verdict): string;
}

/** One JSON object per line. */
export const jsonReport: Report = {
  machine: (facts, quick) => JSON.stringify({ machine: facts, quick }),
  result: (result) => JSON.stringify(result),
  change: (benchmark, change) => JSON.stringify({ benchmark, comparedWithBaseline: change }),
  verdict: ({ broken, ...verdict }) => JSON.stringify({ ...verdict, holds: broken === undefined, broken }),
};

/** For people. */
export const tableReport: Report = {
  machine: (facts, quick) =>
    [
      `${facts.cpu}, ${facts.cores} cores, ${facts.memoryGigabytes} GB, ${facts.os}`,
      `Node ${facts.node}, commit ${facts.commit}, ${facts.measuredAt}`,
      quick ? 'Quick: one round; ratios are rough.' : 'Medians of three rounds.',
    ].join('\n'),
  result: resultTable,
  change: (benchmark, change) =>
    `${benchmark} / ${change.name} against ${change.reference}: ${change.verdict}, ` +
    `${shown(change.before)} -> ${shown(change.now)}` +
    (change.change === undefined ? '' : ` (x ${change.change.toFixed(2)})`),
  verdict: ({ trial, name, broken, facts }) =>
    `${trial}: ${name}\n  ${broken === undefined ? 'holds' : `BROKEN: ${broken}`}  (${factList(facts)})`,
};

/** The list that the command shows when no benchmark is named. */
export function benchmarkList(benchmarks: readonly Pick<Benchmark | Trial, 'name' | 'summary'>[]): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  const rows = benchmarks.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'pnpm bench NAME... [--json] [--quick] [--node VERSION] [--compare | --write-baseline]',
    '',
    ...rows,
    '',
    'Method and meaning of the columns: benchmarks/README.md',
  ].join('\n');
}

const NAME_WIDTH = 44;

function resultTable(result: Result): string {
  const own = row('shardline', result.value, `± ${percent(result.spread / 2)}`);
  const references = result.references.map((reference) =>
    referenceRow(reference, result.ratios[reference.name]),
  );
  const more = [
    `${result.payloadMegabytes} MB of user data per CPU second`,
    `${thousands(result.perWallSecond)} per wall second`,
    `collector ${percent(result.gcShare)}`,
    factList(result.facts),
  ];
  return [
    '',
    `${result.benchmark}: ${result.name}, ${result.unit}`,
    own,
    ...references,
    `  (${more.filter((text) => text !== '').join('; ')})`,
  ].join('\n');
}

function referenceRow(reference: ReferenceResult, ratio: number | undefined): string {
  return row(`${reference.role}: ${reference.name}`, reference.value, `shardline is x ${shown(ratio)}`);
}

function row(name: string, value: number, note: string): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${thousands(value).padStart(12)}  ${note}`;
}

const factList = (facts: Readonly<Record<string, number>>) =>
  Object.entries(facts)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join('; ');
const thousands = (value: number) => value.toLocaleString('en-US');
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const shown = (value: number | undefined) => (value === undefined ? 'none' : value.toFixed(2));
