import type { Benchmark, CaseParameters, CaseReference } from '../../benchmark.js';

/** Enough to measure something, which says nothing. The limit is for a process that hangs, not for one that gets little of a core. */
export const shortPlan = { warmMs: 1, measureMs: 1, wallLimitMs: 90_000 };

/** Each case of the named comparisons once. */
export function casesOf({ comparisons }: Benchmark, ...names: readonly string[]) {
  const cases = new Map<string, CaseReference>();
  for (const { name, subjects, references } of comparisons.filter((comparison) =>
    names.includes(comparison.name),
  )) {
    for (const entry of [...subjects, ...references]) cases.set(`${name}: ${entry.name}`, entry);
  }
  return [...cases];
}

/** A twentieth of the records, or keys, of a lap. */
export function withShortLaps(parameters: CaseParameters): CaseParameters {
  const shortened = Object.entries(parameters).map(([name, value]) => {
    return [name, /^lap(Records|Keys)$/.test(name) ? Math.ceil(Number(value) / 20) : value] as const;
  });
  return Object.fromEntries(shortened);
}
