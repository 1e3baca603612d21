import { describe, expect, test } from 'vitest';
import type { DeliveryVerdict } from '../src/delivery-verdict.js';
import { formatDeliveryVerdict } from '../src/format-delivery-verdict.js';

const good: DeliveryVerdict = {
  ok: true,
  faults: [],
  accepted: 1_000,
  delivered: 999,
  deliveredAgain: 12,
  samePlace: 10,
  storedAgain: 2,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  failed: 1,
  failedButDelivered: 0,
  wronglyFailed: 0,
  misreported: 0,
  deliveries: [700, 311],
  examples: {
    samePlace: ['7', '8'],
    storedAgain: ['9'],
    lost: [],
    outOfOrder: [],
    unexpected: [],
    wronglyFailed: [],
    misreported: [],
  },
};

describe('formatDeliveryVerdict', () => {
  test('a good verdict', () => {
    expect(formatDeliveryVerdict(good)).toBe(
      [
        'accepted               1,000',
        'delivered                999',
        'delivered again           12',
        '  from the same place     10  7, 8',
        '  as stored again          2  9',
        'lost                       0',
        'out of order               0',
        'unexpected                 0',
        'reported failed            1',
        'to worker 1              700',
        'to worker 2              311',
        'OK: every accepted record was delivered or was reported as failed.',
      ].join('\n'),
    );
  });

  test('a bad one shows the rare rows, the first records, and why', () => {
    const bad = {
      ...good,
      ok: false,
      faults: ['1 accepted and never delivered', '2 delivered out of order'],
      lost: 1,
      outOfOrder: 2,
      wronglyFailed: 1,
      storedAgain: 0,
      examples: { ...good.examples, lost: ['4'], outOfOrder: ['5', '6'], wronglyFailed: ['3'] },
    };
    const lines = formatDeliveryVerdict(bad).split('\n');
    expect(lines).toContain('lost                       1  4');
    expect(lines).toContain('out of order               2  5, 6');
    expect(lines).toContain('wrongly failed             1  3');
    expect(lines.join()).not.toContain('as stored again');
    expect(lines.at(-1)).toBe('NOT OK: 1 accepted and never delivered; 2 delivered out of order.');
  });

  test('says so when there was nothing to judge', () => {
    expect(formatDeliveryVerdict({ ...good, accepted: 0 })).toMatch(/OK, but nothing was accepted\.$/);
  });
});
