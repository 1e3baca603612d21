import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type LedgerFacts, ledgerLines } from '../src/demo/ledger-lines.js';
import { goodDeliveries, goodFailover, goodVerdict } from './demo-verdicts.js';

const lines = (changes: Partial<LedgerFacts> = {}, colors = picocolors.createColors(false)) =>
  ledgerLines(
    { verdict: goodVerdict, deliveries: goodDeliveries, failover: goodFailover, ...changes },
    colors,
  );

describe('ledgerLines', () => {
  it('says what was accepted, stored, delivered and again, and how long the failover took', () => {
    expect(lines()).toEqual([
      'accepted          104,000  by the producer',
      'stored            104,000  found in the stream by a reader that shares no code with it',
      'delivered         104,000  70,060 to w1, 37,000 to w2',
      'delivered again     3,060  at least once is the promise:',
      '  after failover    3,060  w2 had not checkpointed them when it was killed',
      'lost                    0',
      'out of order            0',
      'failover time       4.6 s  from the kill to the next tweet: shard 1 4.2 s, shard 3 4.6 s',
    ]);
  });

  it('gives the reason of everything that is there twice', () => {
    const text = lines({
      verdict: { ...goodVerdict, repeats: 2, dropped: 62 },
      deliveries: { ...goodDeliveries, deliveredAgain: 12, samePlace: 7, storedAgain: 5 },
      failover: undefined,
    }).join('\n');
    expect(text).toMatch(/^ {2}put again +2 {2}an earlier attempt was stored after all$/m);
    expect(text).toMatch(/^ {2}skipped +62 {2}made for the split shard/m);
    expect(text).toMatch(/^ {2}after failover +7 {2}no checkpoint told of them when a lease moved$/m);
    expect(text).toMatch(/^ {2}stored again +5 {2}as the producer put them again$/m);
    expect(text).not.toContain('failover time');
  });

  it('shows trouble on either side, in red', () => {
    const colors = picocolors.createColors(true);
    const verdict = { ...goodVerdict, lost: 1, altered: 4, failed: 9, wronglyFailed: 1, misreported: 1 };
    const deliveries = { ...goodDeliveries, lost: 3, outOfOrder: 2, unexpected: 5 };
    const plain = lines({ verdict, deliveries }).join('\n');
    expect(plain).toMatch(/^lost +3 {2}1 never stored, 3 never delivered$/m);
    expect(plain).toMatch(/^out of order +2 {2}0 as stored, 2 as delivered$/m);
    for (const row of [
      'unexpected +5',
      'altered +4',
      'reported failed +9',
      'wrongly failed +1',
      'misreported +1',
    ]) {
      expect(plain).toMatch(new RegExp(`^${row}`, 'm'));
    }
    const coloured = lines({ verdict, deliveries }, colors);
    expect(coloured.filter((line) => line.includes('\u001b[31m'))).toHaveLength(6);
    expect(lines({}, colors).join('\n')).not.toContain('\u001b[31m');
  });

  it('names the shards that nobody took over, and those with nothing left', () => {
    const never = { ...goodFailover, waiting: ['shardId-000000000002'] };
    const deliveries = { ...goodDeliveries, lost: 1 };
    expect(lines({ failover: never, deliveries }).at(-1)).toContain('shard 3 4.6 s, shard 2 never');
    expect(lines({ failover: never }).at(-1)).toContain('shard 3 4.6 s, shard 2 had nothing left');
    const nothing = { worker: 'w2', waiting: [], takenOver: [], worstMs: undefined };
    expect(lines({ failover: nothing }).at(-1)).toMatch(/^failover time +- .*nothing was left to deliver$/);
  });
});
