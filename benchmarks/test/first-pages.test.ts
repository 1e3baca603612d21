import { describe, expect, it } from 'vitest';
import { FirstPages } from '../workload/first-pages.js';
import { sequenceNumberAt } from '../workload/page-spec.js';

const data = Uint8Array.of(1, 2, 3);
const at = (shard: number, page: number, index: number) => sequenceNumberAt({ shard, page, index });

/** First pages of two shards with aggregates of two, then the beginning of the next page. */
function whole(): [string, number, string, Uint8Array][] {
  return [0, 1].flatMap((shard): [string, number, string, Uint8Array][] => [
    [at(shard, 0, 0), 0, 'a', data],
    [at(shard, 0, 0), 1, 'b', data],
    [at(shard, 0, 1), 0, 'c', data],
    [at(shard, 0, 1), 1, 'd', data],
    [at(shard, 1, 0), 0, 'e', data],
  ]);
}

function found(records: readonly [string, number, string, Uint8Array][]): FirstPages {
  const pages = new FirstPages(2);
  for (const record of records) pages.add(...record);
  return pages;
}

describe('FirstPages', () => {
  it('is complete when every shard has gone on to its next page, of which nothing counts', async () => {
    const pages = found(whole());
    await pages.complete;
    expect(String(pages)).toContain('8 records, 24 bytes');
  });

  it('waits for all shards', async () => {
    const pages = found(whole().slice(0, -1));
    const first = await Promise.race([pages.complete.then(() => 'complete'), Promise.resolve('waiting')]);
    expect(first).toBe('waiting');
  });

  it('does not depend on the order of shards', () => {
    const records = whole();
    expect(String(found([...records.slice(5), ...records.slice(0, 5)]))).toBe(String(found(records)));
  });

  it('sees a changed record and one that is missing at the end', () => {
    const records = whole();
    const changed = records.with(3, [at(0, 0, 1), 1, 'x', data]);
    expect(String(found(changed))).not.toBe(String(found(records)));
    expect(String(found(records.filter((_, index) => index !== 3)))).not.toBe(String(found(records)));
  });

  it('refuses a record that is left out, comes twice, or comes late', () => {
    const [first, second, third, fourth, next] = whole() as [
      [string, number, string, Uint8Array],
      ...[string, number, string, Uint8Array][],
    ];
    if (!second || !third || !fourth || !next) throw new Error('no records');
    expect(() => found([first, third, fourth])).not.toThrow();
    expect(() => found([second])).toThrow('0/1 came after 0/-1');
    expect(() => found([first, second, fourth])).toThrow('1/1 came after 0/1');
    expect(() => found([first, second, second])).toThrow('came after');
    expect(() => found([first, second, third, second])).toThrow('came after');
    expect(() => found([first, second, third, fourth, next, fourth])).toThrow('went back to its first page');
  });
});
