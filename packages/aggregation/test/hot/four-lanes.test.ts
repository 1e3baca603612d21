/**
 * MD5 in four lanes against node:crypto. Catches lanes that are mixed up, a lane that ends or begins at the wrong block, a message that is
 * cut where the memory ends, and padding that does not fit. Cannot catch a message of 512 MiB and more.
 */
import { describe, expect, it } from 'vitest';
import { FourLanes } from '../../src/hot/four-lanes.js';
import { digestsReference } from '../../src/hot/four-lanes.reference.js';
import { openMd5Engine } from '../../src/md5-engine.js';
import { md5Layout } from '../../src/md5-module.js';
import { seededRandom } from '../seeded-random.js';

const engine = openMd5Engine();
const { workLanes } = engine;
if (workLanes === undefined) throw new Error('these tests want WebAssembly with vectors');
const lanes = new FourLanes({ ...engine, workLanes });
const random = seededRandom(3);
const source = Uint8Array.from({ length: 1_100_000 }, () => random() * 256);
const { laneBytes } = md5Layout;

const messageOf = (length: number, index: number) => source.subarray(index * 13, index * 13 + length);

function wrongOf(lengths: readonly number[]): readonly number[] {
  const messages = lengths.map(messageOf);
  const expected = digestsReference(messages);
  const digests = lanes.digests(messages);
  expect(digests.length).toBe(expected.length);
  return lengths.filter((_, index) =>
    digests.subarray(index * 16, index * 16 + 16).some((byte, at) => byte !== expected[index * 16 + at]),
  );
}

describe('FourLanes', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 50])('digests %i messages of one length', (count) => {
    expect(wrongOf(new Array<number>(count).fill(1_000))).toEqual([]);
  });

  it('agrees at every length up to some blocks, in whatever lane', () => {
    const lengths = Array.from({ length: 400 }, (_, length) => length);
    expect(wrongOf(lengths)).toEqual([]);
    expect(wrongOf(lengths.toReversed())).toEqual([]);
    expect(wrongOf(lengths.map((length) => (length * 173) % 400))).toEqual([]);
  });

  it('agrees around the end of the memory of a lane, once and twice', () => {
    const around = [laneBytes, 2 * laneBytes].flatMap((border) =>
      Array.from({ length: 141 }, (_, index) => border - 70 + index),
    );
    expect(wrongOf(around)).toEqual([]);
  });

  it('agrees where messages differ much', () => {
    expect(wrongOf([1_048_576, 0, 65_537, 1, 51_200, 51_199, 300_000, 64, 63, 0, 0, 70_000])).toEqual([]);
    expect(wrongOf([0, 0, 0, 0, 1_000_000])).toEqual([]);
    expect(wrongOf([200_000])).toEqual([]);
    const lengths = Array.from({ length: 200 }, () => Math.floor(random() ** 4 * 100_000));
    expect(wrongOf(lengths)).toEqual([]);
  });

  it('keeps nothing from one call to the next', () => {
    expect(wrongOf([40_000, 41_000, 42_000])).toEqual([]);
    expect(wrongOf([10])).toEqual([]);
    expect(wrongOf([])).toEqual([]);
  });
});
