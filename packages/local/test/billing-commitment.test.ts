import { describe, expect, it } from 'vitest';
import { BillingCommitment } from '../src/billing-commitment.js';

const day = 86_400_000;
const StartedAt = new Date(1_000);
const EarliestAllowedEndAt = new Date(1_000 + day);

function enabled(): BillingCommitment {
  const commitment = new BillingCommitment();
  commitment.enable(1_000);
  return commitment;
}

describe('BillingCommitment', () => {
  it('is off until it is enabled, and stays on', () => {
    const commitment = new BillingCommitment();
    expect([commitment.isOn, commitment.describe()]).toEqual([false, { Status: 'DISABLED' }]);
    commitment.disable(0);
    expect(commitment.describe()).toEqual({ Status: 'DISABLED' });
    commitment.enable(1_000);
    commitment.enable(2_000);
    commitment.settle(100 * day);
    expect([commitment.isOn, commitment.describe()]).toEqual([
      true,
      { Status: 'ENABLED', StartedAt, EarliestAllowedEndAt },
    ]);
  });

  it('ends a day after it began at the earliest', () => {
    const commitment = enabled();
    commitment.disable(5_000);
    const pending = { Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END', StartedAt, EarliestAllowedEndAt };
    commitment.settle(999 + day);
    expect([commitment.isOn, commitment.describe()]).toEqual([true, pending]);
    commitment.settle(1_000 + day);
    const ended = { Status: 'DISABLED', StartedAt, EndedAt: EarliestAllowedEndAt };
    expect([commitment.isOn, commitment.describe()]).toEqual([false, ended]);
    commitment.disable(9 * day);
    expect(commitment.describe()).toEqual(ended);
  });

  it('ends at once after that day', () => {
    const commitment = enabled();
    commitment.disable(3 * day);
    expect(commitment.describe()).toEqual({ Status: 'DISABLED', StartedAt, EndedAt: new Date(3 * day) });
  });

  it('goes on when it is enabled again before its end, and begins anew after it', () => {
    const commitment = enabled();
    commitment.disable(5_000);
    commitment.enable(6_000);
    commitment.settle(9 * day);
    expect(commitment.describe()).toEqual({ Status: 'ENABLED', StartedAt, EarliestAllowedEndAt });
    commitment.disable(9 * day);
    commitment.enable(10 * day);
    expect(commitment.describe()).toEqual({
      Status: 'ENABLED',
      StartedAt: new Date(10 * day),
      EarliestAllowedEndAt: new Date(11 * day),
    });
  });
});
