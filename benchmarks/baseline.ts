import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Result } from './harness.js';
import type { MachineFacts } from './machine.js';

/**
 * The ratios of an earlier run. Absolute figures are not kept: they belong to the machine, ratios far less so.
 */
export interface Baseline {
  /** Where and when the ratios were measured. Read by people only. */
  readonly measuredOn: MachineFacts;
  /** Ratio of the subject to each reference, by line name, then by reference name. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What became of one ratio since the baseline. */
export interface RatioChange {
  readonly name: string;
  readonly reference: string;
  readonly before: number | undefined;
  readonly now: number | undefined;
  /** now / before; `undefined` where one of them is missing. */
  readonly change: number | undefined;
  readonly verdict: 'kept' | 'worse' | 'new' | 'missing';
}

/** A ratio below this part of its baseline fails. Less than this is noise on a shared machine. */
export const LOWEST_CHANGE = 0.85;

/**
 * Compares every ratio of `results` with the baseline. Lines that did not run are not judged; within a line that
 * ran, a reference of the baseline that is gone is `missing`, since a comparison must not end in silence.
 */
export function compareWithBaseline(results: readonly Result[], baseline: Baseline): readonly RatioChange[] {
  return results.flatMap((result) => {
    const earlier = baseline.ratios[result.name] ?? {};
    const references = new Set([...Object.keys(earlier), ...Object.keys(result.ratios)]);
    return [...references].map((reference) =>
      judge(result.name, reference, earlier[reference], result.ratios[reference]),
    );
  });
}

function judge(
  name: string,
  reference: string,
  before: number | undefined,
  now: number | undefined,
): RatioChange {
  if (now === undefined) return { name, reference, before, now, change: undefined, verdict: 'missing' };
  if (before === undefined) return { name, reference, before, now, change: undefined, verdict: 'new' };
  const change = now / before;
  // Written so that NaN counts as worse.
  return { name, reference, before, now, change, verdict: change >= LOWEST_CHANGE ? 'kept' : 'worse' };
}

/** Whether a comparison passes: nothing worse, nothing missing. */
export function passes(changes: readonly RatioChange[]): boolean {
  return changes.every((change) => change.verdict === 'kept' || change.verdict === 'new');
}

/** The baseline that a run would leave behind: its own lines replace older ones, lines that did not run stay. */
export function mergeBaseline(
  earlier: Baseline | undefined,
  results: readonly Result[],
  measuredOn: MachineFacts,
): Baseline {
  const ratios = { ...earlier?.ratios };
  for (const result of results) ratios[result.name] = result.ratios;
  return { measuredOn, ratios };
}

/** `undefined` where the benchmark has no baseline yet. */
export async function readBaseline(folder: URL, benchmark: string): Promise<Baseline | undefined> {
  let text: string;
  try {
    text = await readFile(new URL(`${benchmark}.json`, folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as Baseline;
}

export async function writeBaseline(folder: URL, benchmark: string, baseline: Baseline): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${benchmark}.json`, folder), `${JSON.stringify(baseline, undefined, 2)}\n`);
}
