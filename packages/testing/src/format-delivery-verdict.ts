import type { DeliveryVerdict } from './delivery-verdict.js';
import { verdictTable } from './verdict-table.js';

/** A verdict on deliveries as a plain table, as `formatVerdict` has it. */
export function formatDeliveryVerdict(verdict: DeliveryVerdict): string {
  const { examples } = verdict;
  return verdictTable(
    [
      { label: 'accepted', count: verdict.accepted },
      { label: 'delivered', count: verdict.delivered },
      { label: 'delivered again', count: verdict.deliveredAgain },
      { label: '  from the same place', count: verdict.samePlace, examples: examples.samePlace, rare: true },
      { label: '  as stored again', count: verdict.storedAgain, examples: examples.storedAgain, rare: true },
      { label: 'lost', count: verdict.lost, examples: examples.lost },
      { label: 'out of order', count: verdict.outOfOrder, examples: examples.outOfOrder },
      { label: 'unexpected', count: verdict.unexpected, examples: examples.unexpected },
      { label: 'reported failed', count: verdict.failed },
      { label: 'failed but delivered', count: verdict.failedButDelivered, rare: true },
      { label: 'wrongly failed', count: verdict.wronglyFailed, examples: examples.wronglyFailed, rare: true },
      { label: 'misreported', count: verdict.misreported, examples: examples.misreported, rare: true },
      ...verdict.deliveries.map((count, worker) => ({ label: `to worker ${worker + 1}`, count })),
    ],
    conclusion(verdict),
  );
}

function conclusion(verdict: DeliveryVerdict): string {
  if (!verdict.ok) return `NOT OK: ${verdict.faults.join('; ')}.`;
  if (verdict.accepted === 0) return 'OK, but nothing was accepted.';
  return 'OK: every accepted record was delivered or was reported as failed.';
}
