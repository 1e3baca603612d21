import { type Code, type Func, i32, i32x4, local, repeatWhile, type, v128 } from './assembler.js';

/** Where things stand in the one page of memory that the module has. The generated file says it to those who use it. */
export const md5Layout = Object.freeze({
  /** A key, ended and padded: whole blocks. */
  key: 0,
  keyBytes: 832,
  /** Digest of the key. */
  keyDigest: 832,
  /** The sums of four messages: four times the first sum, and so on. */
  laneSums: 848,
  /** Blocks of the four messages, one after the other. */
  lanes: 1024,
  /** 252 blocks. */
  laneBytes: 16_128,
});

/** RFC 1321, 3.4: bits that each round rotates by. */
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** Which word each round begins with, and how far on the next one is. */
const wordOrders = [
  { first: 0, step: 1 },
  { first: 1, step: 5 },
  { first: 5, step: 3 },
  { first: 0, step: 7 },
] as const;

/** RFC 1321, 3.3. */
const initialSums = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;

const blockBytes = 64;
const lanes = [0, 1, 2, 3] as const;

/** The arithmetic of one message, or of four side by side. */
interface Arithmetic {
  readonly add: (a: Code, b: Code) => Code;
  readonly xor: (a: Code, b: Code) => Code;
  readonly and: (a: Code, b: Code) => Code;
  readonly or: (a: Code, b: Code) => Code;
  readonly not: (a: Code) => Code;
  /** `a & ~b`. */
  readonly andNot: (a: Code, b: Code) => Code;
  readonly constant: (value: number) => Code;
  /** The value of a local, rotated. */
  readonly rotateLeft: (index: number, bits: number) => Code;
}

const not = (a: Code) => i32.xor(a, i32.constant(-1));

const single: Arithmetic = {
  ...i32,
  not,
  andNot: (a, b) => i32.and(a, not(b)),
  rotateLeft: (index, bits) => i32.rotateLeft(local.get(index), bits),
};

const halvesSwapped = [2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13];

const fourfold: Arithmetic = {
  ...v128,
  add: i32x4.add,
  constant: (value) => i32x4.splat(i32.constant(value)),
  rotateLeft: (index, bits) => {
    const value = local.get(index);
    return bits === 16
      ? v128.shuffle(value, value, halvesSwapped)
      : v128.or(i32x4.shiftLeft(value, bits), i32x4.shiftRight(value, 32 - bits));
  },
};

/** The auxiliary function of a round, as two parts that are added: the first does not need `b`, which is known last. */
function auxiliary(by: Arithmetic, round: number, [b, c, d]: readonly [Code, Code, Code]): Code[] {
  if (round === 0) return [by.xor(d, by.and(b, by.xor(c, d)))];
  if (round === 1) return [by.andNot(c, d), by.and(d, b)];
  if (round === 2) return [by.xor(by.xor(c, d), b)];
  return [by.xor(c, by.or(b, by.not(d)))];
}

/** The 64 steps over locals `sums` (a, b, c, d). */
function rounds(by: Arithmetic, sums: readonly number[], word: (index: number) => Code): Code {
  const code: number[] = [];
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const [a, b, c, d] = [0, 1, 2, 3].map((place) => sums[(place + 64 - step) & 3]) as [
      number,
      number,
      number,
      number,
    ];
    const order = wordOrders[round] as (typeof wordOrders)[number];
    const added = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);
    let sum = by.add(
      by.add(local.get(a), by.constant(added)),
      word((order.first + order.step * (step & 15)) & 15),
    );
    for (const part of auxiliary(by, round, [local.get(b), local.get(c), local.get(d)]))
      sum = by.add(sum, part);
    code.push(...local.set(a, sum));
    const bits = rotations[round]?.[step & 3] as number;
    code.push(...local.set(a, by.add(by.rotateLeft(a, bits), local.get(b))));
  }
  return code;
}

/** `key(count)`: the digest of so many blocks of the key. */
function key(): Func {
  const [count, at] = [0, 1];
  const sums = [2, 3, 4, 5];
  const before = [6, 7, 8, 9];
  const nowhere = i32.constant(0);
  return {
    name: 'key',
    parameters: [type.i32],
    locals: [at, ...sums, ...before].map(() => type.i32),
    body: [
      ...sums.flatMap((index, sum) => local.set(index, i32.constant(initialSums[sum] as number))),
      ...repeatWhile(
        [
          ...sums.flatMap((index, sum) => local.set(before[sum] as number, local.get(index))),
          ...rounds(single, sums, (word) => i32.load(local.get(at), md5Layout.key + word * 4)),
          ...sums.flatMap((index, sum) =>
            local.set(index, i32.add(local.get(index), local.get(before[sum] as number))),
          ),
          ...local.set(at, i32.add(local.get(at), i32.constant(blockBytes))),
          ...local.set(count, i32.subtract(local.get(count), i32.constant(1))),
        ],
        local.get(count),
      ),
      ...sums.flatMap((index, sum) => i32.store(nowhere, md5Layout.keyDigest + sum * 4, local.get(index))),
    ],
  };
}

/** `lanes(at0, at1, at2, at3, count)`: works blocks of four messages into their sums. */
function fourLanes(): Func {
  const count = 4;
  const sums = [5, 6, 7, 8];
  const words = Array.from({ length: 16 }, (_, word) => 9 + word);
  const rows = [25, 26, 27, 28];
  const nowhere = i32.constant(0);
  const load = (sum: number) => v128.load(nowhere, md5Layout.laneSums + sum * 16);
  return {
    name: 'lanes',
    parameters: [...lanes, count].map(() => type.i32),
    locals: [...sums, ...words, ...rows].map(() => type.v128),
    body: repeatWhile(
      [
        ...[0, 4, 8, 12].flatMap((first) => transposed(rows, words.slice(first, first + 4), first * 4)),
        ...sums.flatMap((index, sum) => local.set(index, load(sum))),
        ...rounds(fourfold, sums, (word) => local.get(words[word] as number)),
        ...sums.flatMap((index, sum) =>
          v128.store(nowhere, md5Layout.laneSums + sum * 16, i32x4.add(local.get(index), load(sum))),
        ),
        ...lanes.flatMap((lane) => local.set(lane, i32.add(local.get(lane), i32.constant(blockBytes)))),
        ...local.set(count, i32.subtract(local.get(count), i32.constant(1))),
      ],
      local.get(count),
    ),
  };
}

/** Four words of each of the four messages become four vectors of one word each. */
function transposed(rows: readonly number[], words: readonly number[], offset: number): Code {
  const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
  const high = low.map((byte) => byte + 8);
  const lowHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
  const highHalves = lowHalves.map((byte) => byte + 8);
  const [r0, r1, r2, r3] = rows.map((row) => local.get(row)) as [Code, Code, Code, Code];
  const [w0, w1, w2, w3] = words as [number, number, number, number];
  const pairs = [
    ...local.set(w0, v128.shuffle(r0, r1, low)),
    ...local.set(w1, v128.shuffle(r2, r3, low)),
    ...local.set(w2, v128.shuffle(r0, r1, high)),
    ...local.set(w3, v128.shuffle(r2, r3, high)),
  ];
  return [
    ...rows.flatMap((row, lane) => local.set(row, v128.load(local.get(lane), offset))),
    ...pairs,
    ...rows.flatMap((row, place) => local.set(row, local.get(words[place] as number))),
    ...local.set(w0, v128.shuffle(r0, r1, lowHalves)),
    ...local.set(w1, v128.shuffle(r0, r1, highHalves)),
    ...local.set(w2, v128.shuffle(r2, r3, lowHalves)),
    ...local.set(w3, v128.shuffle(r2, r3, highHalves)),
  ];
}

export const md5Functions: readonly Func[] = [key(), fourLanes()];
