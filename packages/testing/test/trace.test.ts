import { describe, expect, test } from 'vitest';
import { Trace, textDigest } from '../src/trace.js';

describe('Trace', () => {
  test('keeps the last lines and hands every line on', () => {
    const seen: string[] = [];
    const trace = new Trace(2, (line) => seen.push(line));
    for (let index = 0; index < 7; index += 1) trace.add(index, 'a', `line ${index}`);
    expect(trace.tail()).toEqual(['         5.000 ms  a: line 5', '         6.000 ms  a: line 6']);
    expect(seen).toHaveLength(7);
    const none = new Trace(0);
    none.add(1, 'a', 'x');
    expect(none.tail()).toEqual([]);
  });

  test('its digest tells two traces apart, whatever is kept', () => {
    const digestOf = (texts: readonly string[], kept: number) => {
      const trace = new Trace(kept);
      for (const text of texts) trace.add(1, 'a', text);
      return trace.digest;
    };
    expect(digestOf(['x', 'y'], 1)).toBe(digestOf(['x', 'y'], 10));
    expect(digestOf(['x', 'y'], 1)).not.toBe(digestOf(['y', 'x'], 1));
  });

  test('textDigest is FNV-1a', () => {
    expect(textDigest('')).toBe(0x811c9dc5);
    expect(textDigest('a')).toBe(0xe40c292c);
    expect(textDigest('foobar')).toBe(0xbf9cf968);
  });
});
