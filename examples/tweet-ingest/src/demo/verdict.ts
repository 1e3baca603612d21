import type { Colors } from 'picocolors/types.js';
import { count } from '../format.js';

/** What the ledger found when it read the stream, in tweets. */
export interface Findings {
  /** Accepted by the producer and not reported as failed. */
  readonly accepted: number;
  /** Accepted ones that stand in the stream. */
  readonly stored: number;
  /** Further copies of one that is stored: at least once allows them. */
  readonly repeats: number;
  /** Reported stored, but not in the stream. */
  readonly lost: number;
  /** First copies that stand before an earlier tweet of the same author. */
  readonly outOfOrder: number;
  /** Reported as failed by the producer, with an error. */
  readonly failed: number;
}

/** How the run went. */
export type Verdict = 'proven' | 'failed-records' | 'lost-or-out-of-order';

/** Judges the findings: loss and disorder break a promise; records that the producer reports as failed do not, but count. */
export function verdictOf(findings: Findings): Verdict {
  if (findings.lost > 0 || findings.outOfOrder > 0) return 'lost-or-out-of-order';
  return findings.failed > 0 ? 'failed-records' : 'proven';
}

/** The ledger's table. */
export function findingsTable(findings: Findings, colors: Colors): string[] {
  const good = (value: number) => (value === 0 ? colors.green : colors.red);
  const rows: [string, number, string, (text: string) => string][] = [
    ['accepted', findings.accepted, 'taken by the producer', String],
    ['stored', findings.stored, 'of these, found in the stream', String],
    ['repeats', findings.repeats, 'second copies (at least once allows them)', String],
    ['failed', findings.failed, 'reported as not stored, with an error', good(findings.failed)],
    ['lost', findings.lost, 'reported stored, not in the stream', good(findings.lost)],
    [
      'out of order',
      findings.outOfOrder,
      'after a later tweet of the same author',
      good(findings.outOfOrder),
    ],
  ];
  const width = Math.max(...rows.map(([, value]) => count(value).length));
  return rows.map(([name, value, meaning, paint]) =>
    [name.padEnd(12), paint(count(value).padStart(width)), colors.dim(meaning)].join('  '),
  );
}
