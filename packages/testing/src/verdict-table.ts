/** A row of a verdict. */
export interface VerdictRow {
  readonly label: string;
  readonly count: number;
  /** What follows the count. */
  readonly examples?: readonly string[];
  /** Left out when the count is 0. */
  readonly rare?: boolean;
}

/** Counts as a plain table, one row each, with the first records of each trouble and the conclusion last. */
export function verdictTable(rows: readonly VerdictRow[], conclusion: string): string {
  const shown = rows.filter(({ count, rare }) => !rare || count > 0);
  const counts = shown.map(({ count }) => count.toLocaleString('en-US'));
  const labelWidth = Math.max(...shown.map(({ label }) => label.length));
  const countWidth = Math.max(...counts.map((count) => count.length));
  const lines = shown.map(({ label, examples = [] }, index) => {
    const row = `${label.padEnd(labelWidth)}  ${counts[index]?.padStart(countWidth)}`;
    return examples.length === 0 ? row : `${row}  ${examples.join(', ')}`;
  });
  return [...lines, conclusion].join('\n');
}
