import fc from 'fast-check';

/** Options of {@link explicitHashKeys}. */
export interface ExplicitHashKeysOptions {
  /**
   * Whether to write them in the other forms that the KPL takes too: with blanks around, a plus sign, leading zeros.
   * @defaultValue false
   */
  readonly anyForm?: boolean;
}

const highest = 2n ** 128n - 1n;

/** Where ranges of 2, 3, 4 and 16 shards meet, and where the words of a 128-bit number do. */
const boundaries = Object.freeze([
  2n ** 32n,
  2n ** 64n,
  2n ** 96n,
  2n ** 124n,
  2n ** 126n,
  2n ** 127n,
  3n * 2n ** 126n,
  highest / 3n,
]);

/**
 * Hash keys in decimal, 0 to 2^128 - 1: the ends of the space, the places where words and usual shard ranges meet with their
 * neighbours, small ones, and any.
 */
export function explicitHashKeys(options: ExplicitHashKeysOptions = {}): fc.Arbitrary<string> {
  const nearBoundary = fc
    .tuple(fc.constantFrom(...boundaries), fc.integer({ min: -2, max: 2 }))
    .map(([boundary, step]) => boundary + BigInt(step));
  const value = fc.oneof(
    { arbitrary: fc.constantFrom(0n, 1n, highest - 1n, highest), weight: 2 },
    { arbitrary: nearBoundary, weight: 3 },
    { arbitrary: fc.bigInt({ min: 0n, max: 100n }), weight: 1 },
    { arbitrary: fc.bigInt({ min: 0n, max: highest }), weight: 3 },
  );
  const decimal = value.map(String);
  return options.anyForm ? fc.tuple(decimal, forms()).map(([digits, form]) => form(digits)) : decimal;
}

function forms(): fc.Arbitrary<(digits: string) => string> {
  return fc.constantFrom<(digits: string) => string>(
    (digits) => digits,
    (digits) => ` ${digits} `,
    (digits) => `+${digits}`,
    (digits) => `000${digits}`,
    (digits) => `\t+0${digits}`,
  );
}
