import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { areSealed, sealedAmong, writeDigestsIn } from '../src/aggregate-digests.js';
import { writeAggregateDigests } from '../src/index.js';
import { openMd5Engine } from '../src/md5-engine.js';
import { md5UsersOf, sharedLanes } from '../src/shared-md5.js';
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

describe('areSealed', () => {
  const sealed = (messageBytes: number) =>
    digested(Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, ...undigested(messageBytes).subarray(4)));

  it('wants magic, a message and its digest', () => {
    const magic = sealed(100);
    magic[3] = 0;
    const digestless = sealed(100).subarray(0, -1);
    const several = [sealed(100), magic, sealed(1), sealed(0), digestless, new Uint8Array(0), sealed(70_000)];
    expect(areSealed(several)).toEqual([true, false, true, false, false, false, true]);
    expect(several.map((one) => areSealed([one])[0])).toEqual(areSealed(several));
    expect(areSealed([])).toEqual([]);
  });

  it.each([1, 2, 5])('sees any changed byte of the digest, in each of %i', (count) => {
    for (let at = -16; at < 0; at++) {
      for (let index = 0; index < count; index++) {
        const aggregates = Array.from({ length: count }, (_, each) => sealed(50 + each));
        const changed = aggregates[index] as Uint8Array;
        changed[changed.length + at] = (changed.at(at) ?? 0) ^ 0x80;
        const expected = aggregates.filter((one) => one !== changed);
        expect(sealedAmong(sharedLanes(), aggregates)).toEqual(expected);
        expect(sealedAmong(lanes, aggregates)).toEqual(expected);
        expect(areSealed(aggregates)).toEqual(aggregates.map((one) => one !== changed));
      }
    }
  });
});
