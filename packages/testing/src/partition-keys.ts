import fc from 'fast-check';

/** Options of {@link partitionKeys}. */
export interface PartitionKeysOptions {
  /**
   * Leaves out keys with a lone surrogate, which no encoding of text can carry: they are stored with U+FFFD in its place.
   * @defaultValue false
   */
  readonly wellFormed?: boolean;
}

const maxCodePoints = 256;
const lowSurrogates = [0xdc00, 0xdfff] as const;
const highSurrogates = [0xd800, 0xdbff] as const;

/** Keys that programs have mistaken for something else: a number, a member of every object, a hash key, an aggregate's key. */
const mistakable: readonly string[] = [
  'a',
  '0',
  '-0',
  '-1',
  '007',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  ' ',
  ' a ',
  '\0',
  '\n',
  '340282366920938463463374607431768211455',
  'e\u0301',
  '\u00e9',
  '\ufeff',
  '\ufffd',
];

/**
 * Partition keys that the service takes: 1 to 256 code points of ASCII, of any script, of nothing but emoji, with lone surrogates, or
 * such as are easily mistaken for something else. An astral character counts once although it is two UTF-16 units.
 */
export function partitionKeys(options: PartitionKeysOptions = {}): fc.Arbitrary<string> {
  const bounds = { minLength: 1, maxLength: maxCodePoints };
  const wellFormed = [
    { arbitrary: fc.string({ unit: 'grapheme-ascii', ...bounds }), weight: 3 },
    { arbitrary: fc.constantFrom(...mistakable), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary', ...bounds }), weight: 2 },
    { arbitrary: fc.nat({ max: 50 }).map((number) => `key-${number}`), weight: 2 },
    { arbitrary: fc.constantFrom('x', '語', '🙂').map((unit) => unit.repeat(maxCodePoints)), weight: 1 },
  ];
  const all = options.wellFormed
    ? wellFormed
    : [...wellFormed, { arbitrary: withLoneSurrogate(), weight: 1 }];
  return fc.oneof(...all);
}

/** A lone surrogate with a little ASCII on both sides, so that it stays alone. */
function withLoneSurrogate(): fc.Arbitrary<string> {
  const [low, high] = [lowSurrogates, highSurrogates].map(([min, max]) => fc.integer({ min, max }));
  const side = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
  return fc
    .tuple(side, fc.oneof(...[low, high].filter((unit) => unit !== undefined)), side)
    .map(([before, unit, after]) => before + String.fromCharCode(unit) + after);
}
