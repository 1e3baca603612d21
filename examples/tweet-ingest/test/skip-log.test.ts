import { describe, expect, it } from 'vitest';
import { SkipLog } from '../src/skip-log.js';

describe('SkipLog', () => {
  it('says the first lines in full, counts all by reason', () => {
    const said: string[] = [];
    const log = new SkipLog('line', (text) => said.push(text));
    for (let lineNumber = 1; lineNumber <= 50; lineNumber += 1) {
      log.add({ reason: lineNumber % 2 ? 'not JSON' : 'no id', detail: 'what was found' }, lineNumber);
    }
    expect(log.total).toBe(50);
    expect([...log.byReason]).toEqual([
      ['not JSON', 25],
      ['no id', 25],
    ]);
    expect(said).toHaveLength(21);
    expect(said[1]).toBe('line 2 skipped, no id: what was found');
    expect(said.at(-1)).toBe('further lines that are skipped are only counted');
  });

  it('speaks of records where records are skipped', () => {
    const said: string[] = [];
    const log = new SkipLog('record', (text) => said.push(text));
    for (let at = 0; at < 25; at += 1) log.add({ reason: 'no id', detail: 'x' }, `shard-1 ${at}/0`);
    expect(said[0]).toBe('record shard-1 0/0 skipped, no id: x');
    expect(said.at(-1)).toBe('further records that are skipped are only counted');
  });
});
