import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeDigestsIn } from '../src/aggregate-digests.js';
import { writeAggregateDigests } from '../src/index.js';
import { openMd5Engine } from '../src/md5-engine.js';
import { md5UsersOf } from '../src/shared-md5.js';
import { noWebAssembly } from './no-web-assembly.js';

/** Magic, a message that is none, and no digest yet. */
function undigested(messageBytes: number): Uint8Array {
  return Uint8Array.from({ length: 4 + messageBytes + 16 }, (_, at) => (at * 37 + messageBytes) % 253);
}

/** What must stand there afterwards. */
function digested(aggregate: Uint8Array): Uint8Array {
  const sealed = aggregate.slice();
  const message = aggregate.subarray(4, -16);
  sealed.set(createHash('md5').update(message).digest(), sealed.length - 16);
  return sealed;
}

const { lanes } = md5UsersOf(openMd5Engine(noWebAssembly));
const ways = {
  'in four lanes': writeAggregateDigests,
  'where there are none': (aggregates: readonly Uint8Array[]) => writeDigestsIn(lanes, aggregates),
};

describe.each(Object.entries(ways))('writeAggregateDigests %s', (_name, write) => {
  it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 33])('digests %i aggregates of different sizes', (count) => {
    const aggregates = Array.from({ length: count }, (_, index) => undigested((index * 7919) % 60_000));
    const expected = aggregates.map(digested);
    write(aggregates);
    expect(aggregates.map((aggregate, at) => Buffer.compare(aggregate, expected[at] as Uint8Array))).toEqual(
      aggregates.map(() => 0),
    );
  });

  it('writes nothing outside an aggregate that is a view of more', () => {
    const memory = new Uint8Array(1_000).fill(0xaa);
    const views = [3, 203, 403, 603, 803].map((from) => memory.subarray(from, from + 120));
    for (const view of views) view.set(undigested(100));
    const expected = memory.slice();
    for (const view of views) expected.set(digested(view), view.byteOffset);
    write(views);
    expect(memory).toEqual(expected);
  });
});
