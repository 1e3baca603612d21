import type { Trouble, Verdict } from './verdict.js';

interface Row {
  readonly label: string;
  readonly count: number;
  /** Kind of trouble whose examples follow the row. */
  readonly trouble?: Trouble;
  /** Left out when the count is 0. */
  readonly rare?: boolean;
}

/** A verdict as a plain table, one row a count, with the first records of each trouble and the conclusion last. */
export function formatVerdict(verdict: Verdict): string {
  const rows: readonly Row[] = [
    { label: 'accepted', count: verdict.accepted },
    { label: 'stored', count: verdict.stored },
    { label: 'repeats', count: verdict.repeats, trouble: 'repeats' },
    { label: 'lost', count: verdict.lost, trouble: 'lost' },
    { label: 'out of order', count: verdict.outOfOrder, trouble: 'outOfOrder' },
    { label: 'unexpected', count: verdict.unexpected, trouble: 'unexpected' },
    { label: 'altered', count: verdict.altered, trouble: 'altered', rare: true },
    { label: 'reported failed', count: verdict.failed },
    { label: 'failed but stored', count: verdict.failedButStored, rare: true },
    { label: 'wrongly failed', count: verdict.wronglyFailed, trouble: 'wronglyFailed', rare: true },
    { label: 'misreported', count: verdict.misreported, trouble: 'misreported', rare: true },
    { label: 'put again, skipped', count: verdict.dropped, rare: true },
    { label: 'records of the stream', count: verdict.records },
  ];
  const shown = rows.filter(({ count, rare }) => !rare || count > 0);
  const counts = shown.map(({ count }) => count.toLocaleString('en-US'));
  const labelWidth = Math.max(...shown.map(({ label }) => label.length));
  const countWidth = Math.max(...counts.map((count) => count.length));
  const lines = shown.map(({ label, trouble }, index) => {
    const row = `${label.padEnd(labelWidth)}  ${counts[index]?.padStart(countWidth)}`;
    const examples = trouble ? verdict.examples[trouble] : [];
    return examples.length === 0 ? row : `${row}  ${examples.join(', ')}`;
  });
  return [...lines, conclusion(verdict)].join('\n');
}

function conclusion(verdict: Verdict): string {
  if (!verdict.ok) return `NOT OK: ${verdict.faults.join('; ')}.`;
  if (verdict.accepted === 0) return 'OK, but nothing was accepted.';
  return 'OK: every accepted record is in the stream or was reported as failed.';
}
