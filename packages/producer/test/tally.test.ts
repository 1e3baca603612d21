import { describe, expect, it } from 'vitest';
import { Tally } from '../src/tally.js';

describe('Tally', () => {
  it('begins at nothing', () => {
    expect(new Tally().snapshot()).toEqual({
      acceptedRecords: 0,
      storedRecords: 0,
      storedBytes: 0,
      failedRecords: {},
      requests: 0,
      sentEntries: 0,
      storedEntries: 0,
      throttledEntries: 0,
      retriedRecords: {},
      sealed: {},
      orderInverted: 0,
    });
  });

  it.each(['requests', 'sentEntries', 'throttledEntries', 'orderInverted'] as const)(
    'adds up %s and nothing else',
    (name) => {
      const tally = new Tally();
      tally.add(name, 2);
      tally.add(name, 3);
      expect(tally.snapshot()).toEqual({ ...new Tally().snapshot(), [name]: 5 });
    },
  );

  it('counts accepted records one by one', () => {
    const tally = new Tally();
    tally.accepted();
    tally.accepted();
    expect(tally.snapshot()).toEqual({ ...new Tally().snapshot(), acceptedRecords: 2 });
  });

  it('counts an entry with its user records and bytes', () => {
    const tally = new Tally();
    tally.stored(40, 1_000);
    tally.stored(1, 24);
    expect(tally.snapshot()).toMatchObject({ storedEntries: 2, storedRecords: 41, storedBytes: 1_024 });
  });

  it.each(['failedRecords', 'retriedRecords', 'sealed'] as const)('counts %s by reason', (name) => {
    const tally = new Tally();
    tally.addBy(name, 'linger', 1);
    tally.addBy(name, 'throttled', 5);
    tally.addBy(name, 'linger', 2);
    expect(tally.snapshot()).toEqual({ ...new Tally().snapshot(), [name]: { linger: 3, throttled: 5 } });
  });

  it('hands out snapshots that stand still', () => {
    const tally = new Tally();
    tally.add('requests', 1);
    tally.addBy('sealed', 'size', 1);
    const before = tally.snapshot();
    tally.add('requests', 1);
    tally.addBy('sealed', 'size', 1);
    tally.stored(1, 1);
    expect(before).toMatchObject({ requests: 1, sealed: { size: 1 }, storedRecords: 0 });
  });
});
