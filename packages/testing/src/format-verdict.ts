import type { Verdict } from './verdict.js';
import { verdictTable } from './verdict-table.js';

/** A verdict as a plain table, one row a count, with the first records of each trouble and the conclusion last. */
export function formatVerdict(verdict: Verdict): string {
  const { examples } = verdict;
  return verdictTable(
    [
      { label: 'accepted', count: verdict.accepted },
      { label: 'stored', count: verdict.stored },
      { label: 'repeats', count: verdict.repeats, examples: examples.repeats },
      { label: 'lost', count: verdict.lost, examples: examples.lost },
      { label: 'out of order', count: verdict.outOfOrder, examples: examples.outOfOrder },
      { label: 'unexpected', count: verdict.unexpected, examples: examples.unexpected },
      { label: 'altered', count: verdict.altered, examples: examples.altered, rare: true },
      { label: 'reported failed', count: verdict.failed },
      { label: 'failed but stored', count: verdict.failedButStored, rare: true },
      { label: 'wrongly failed', count: verdict.wronglyFailed, examples: examples.wronglyFailed, rare: true },
      { label: 'misreported', count: verdict.misreported, examples: examples.misreported, rare: true },
      { label: 'put again, skipped', count: verdict.dropped, rare: true },
      { label: 'records of the stream', count: verdict.records },
    ],
    conclusion(verdict),
  );
}

function conclusion(verdict: Verdict): string {
  if (!verdict.ok) return `NOT OK: ${verdict.faults.join('; ')}.`;
  if (verdict.accepted === 0) return 'OK, but nothing was accepted.';
  return 'OK: every accepted record is in the stream or was reported as failed.';
}
