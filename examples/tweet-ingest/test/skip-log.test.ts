import { describe, expect, it } from 'vitest';
import { SkipLog } from '../src/skip-log.js';

describe('SkipLog', () => {
  it('says the first lines in full, counts all by reason', () => {
    const said: string[] = [];
    const log = new SkipLog((text) => said.push(text));
    for (let lineNumber = 1; lineNumber <= 50; lineNumber += 1) {
      log.add({ lineNumber, reason: lineNumber % 2 ? 'not JSON' : 'no id', detail: 'what was found' });
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
});
