import { describe, expect, test } from 'vitest';
import { StoredLog } from '../src/stored-log.js';
import { TroubleList } from '../src/trouble-list.js';
import { identifyCopy, pageOf } from './support/stored-pages.js';

describe('StoredLog', () => {
  test('knows where the first copy of an id stands among first copies, and how many copies there are', () => {
    const log = new StoredLog(identifyCopy, new TroubleList(10));
    log.addPage(
      pageOf(
        [
          { key: 'k', id: 'x' },
          { key: 'l', id: 'y' },
          { key: 'k', id: 'x' },
        ],
        's0',
        2,
      ),
    );
    log.addPage(pageOf([{ key: 'k', id: 'z' }], 's1', 1));
    expect(['x', 'y', 'z', 'none'].map((id) => log.positionOf(id))).toEqual([0, 1, 2, undefined]);
    expect([0, 1, 2, 3].map((position) => log.copiesAt(position))).toEqual([2, 1, 1, 0]);
    expect([0, 1, 2].map((position) => log.keyNumberAt(position))).toEqual(
      ['k', 'l', 'k'].map((key) => log.keyNumberOf(key)),
    );
    expect(log.keyNumberOf('none')).toBeUndefined();
    expect([...log.ids()]).toEqual([
      ['x', 0],
      ['y', 1],
      ['z', 2],
    ]);
    expect([log.records, log.dropped]).toEqual([4, 3]);
  });

  test('takes keys and ids that are names of object members', () => {
    const troubles = new TroubleList(10);
    const log = new StoredLog(identifyCopy, troubles);
    log.addPage(
      pageOf([
        { key: '__proto__', id: 'constructor' },
        { key: 'toString', id: '__proto__' },
      ]),
    );
    expect(log.positionOf('constructor')).toBe(0);
    expect(log.positionOf('__proto__')).toBe(1);
    expect(troubles.count('unexpected')).toBe(0);
  });

  test('keeps checksums of those records that have one', () => {
    const log = new StoredLog(identifyCopy, new TroubleList(10));
    log.addPage(
      pageOf([
        { key: 'k', id: 'x', checksum: 5 },
        { key: 'k', id: 'y' },
      ]),
    );
    expect([log.checksumAt(0), log.checksumAt(1)]).toEqual([5, undefined]);
  });
});
