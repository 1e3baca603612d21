import type { DeliveryVerdict, Verdict } from '@shardline/testing';
import type { Colors } from 'picocolors/types.js';
import { count, inSeconds } from '../format.js';
import type { Failover } from './failover.js';
import { shortShardId } from './render.js';

/** What the ledger's table is made of. */
export interface LedgerFacts {
  /** What the reader of the proof found in the stream. */
  readonly verdict: Verdict;
  /** What the workers noted. */
  readonly deliveries: DeliveryVerdict;
  /** Undefined where no worker was killed. */
  readonly failover: Pick<Failover, 'worker' | 'waiting' | 'takenOver' | 'worstMs'> | undefined;
}

interface Row {
  readonly label: string;
  readonly value: string;
  readonly why: string;
  readonly isBad?: boolean;
}

/** What was accepted, stored and delivered, row by row, with the reason of what may surprise. */
export function ledgerLines(facts: LedgerFacts, colors: Colors): string[] {
  const rows = [...storedRows(facts.verdict), ...deliveredRows(facts), ...troubleRows(facts)];
  const labelWidth = Math.max(...rows.map(({ label }) => label.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ label, value, why, isBad }) => {
    const figures = `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`;
    return `${isBad ? colors.red(figures) : figures}${why && `  ${colors.dim(why)}`}`;
  });
}

function storedRows({ accepted, stored, repeats, dropped }: Verdict): Row[] {
  return [
    row('accepted', accepted, 'by the producer'),
    row('stored', stored, 'found in the stream by a reader that shares no code with it'),
    ...rare(row('  put again', repeats, 'an earlier attempt was stored after all')),
    ...rare(
      row('  skipped', dropped, 'made for the split shard, stored on a new one, so put again (as KCL)'),
    ),
  ];
}

function deliveredRows({ deliveries, failover }: LedgerFacts): Row[] {
  const { delivered, deliveredAgain, samePlace, storedAgain } = deliveries;
  const unfinished = failover
    ? `${failover.worker} had not checkpointed them when it was killed`
    : 'no checkpoint told of them when a lease moved';
  return [
    row('delivered', delivered, deliveries.deliveries.map(toWorker).join(', ')),
    row('delivered again', deliveredAgain, deliveredAgain > 0 ? 'at least once is the promise:' : ''),
    ...rare(row('  after failover', samePlace, unfinished)),
    ...rare(row('  stored again', storedAgain, 'as the producer put them again')),
  ];
}

function troubleRows({ verdict, deliveries, failover }: LedgerFacts): Row[] {
  const bad = (label: string, figure: number, why = '') => ({
    ...row(label, figure, why),
    isBad: figure > 0,
  });
  return [
    worse('lost', [verdict.lost, 'never stored'], [deliveries.lost, 'never delivered']),
    worse('out of order', [verdict.outOfOrder, 'as stored'], [deliveries.outOfOrder, 'as delivered']),
    ...rare(bad('unexpected', verdict.unexpected + deliveries.unexpected)),
    ...rare(bad('altered', verdict.altered)),
    ...rare(row('reported failed', verdict.failed, 'given up by the producer, and said so')),
    ...rare(bad('wrongly failed', verdict.wronglyFailed)),
    ...rare(bad('misreported', verdict.misreported)),
    ...(failover ? [failoverRow(failover, deliveries.lost > 0)] : []),
  ];
}

function toWorker(delivered: number, index: number): string {
  return `${count(delivered)} to w${index + 1}`;
}

/** What is wrong in the stream is mostly wrong again for whoever reads it: the larger number stands for both. */
function worse(label: string, stored: readonly [number, string], delivered: readonly [number, string]): Row {
  const why = [stored, delivered].map(([figure, where]) => `${count(figure)} ${where}`).join(', ');
  const figure = Math.max(stored[0], delivered[0]);
  return bad(label, figure, figure > 0 ? why : '');
}

function failoverRow(
  { takenOver, waiting, worstMs }: NonNullable<LedgerFacts['failover']>,
  isLossy: boolean,
): Row {
  const each = takenOver.map(
    ({ shardId, afterMs }) => `shard ${shortShardId(shardId)} ${inSeconds(afterMs)}`,
  );
  const never = waiting.map(
    (shardId) => `shard ${shortShardId(shardId)} ${isLossy ? 'never' : 'had nothing left'}`,
  );
  return {
    label: 'failover time',
    value: worstMs === undefined ? '-' : inSeconds(worstMs),
    why: `from the kill to the next tweet: ${[...each, ...never].join(', ') || 'nothing was left to deliver'}`,
  };
}

function row(label: string, figure: number, why: string): Row {
  return { label, value: count(figure), why };
}

function bad(label: string, figure: number, why = ''): Row {
  return { ...row(label, figure, why), isBad: figure > 0 };
}

/** A row that is left out where there is nothing to tell. */
function rare(given: Row): Row[] {
  return given.value === '0' ? [] : [given];
}
