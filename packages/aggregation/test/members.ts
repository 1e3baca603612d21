import fc from 'fast-check';
import { AggregateEncoder, decodeAggregate, hashKeyOf } from '../src/index.js';
import type { Member } from './protobufjs-codec.js';

/** Keys that objects and number parsers trip over, beside any well-formed text. */
const anyPartitionKey = fc.oneof(
  fc.constantFrom('1', '0', '10', '2', '__proto__', 'constructor', 'toString', 'a', 'b', '', 'é', 'é'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 100, maxLength: 140 }),
  fc.uuid(),
);

/** Normalised explicit hash keys, with those of shards' lower ends. */
const anyExplicitHashKey = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '85070591730234615865843651857942052864',
    '340282366920938463463374607431768211455',
  ),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String),
);

export const anyMember: fc.Arbitrary<Member> = fc
  .tuple(
    anyPartitionKey,
    fc.option(anyExplicitHashKey, { nil: undefined, freq: 3 }),
    fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 100, maxLength: 400 })),
  )
  .map(([partitionKey, explicitHashKey, data]) => ({
    partitionKey,
    ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
    data,
  }));

export const anyMembers = fc.array(anyMember, { minLength: 1, maxLength: 40 });

/** Adds as a producer does. */
export function add(encoder: AggregateEncoder, member: Member, maxBytes = Number.POSITIVE_INFINITY): boolean {
  const { partitionKey, explicitHashKey, data } = member;
  return encoder.tryAdd(
    partitionKey,
    explicitHashKey,
    data,
    hashKeyOf(partitionKey, explicitHashKey),
    maxBytes,
  );
}

export function encode(members: readonly Member[]): Uint8Array {
  const encoder = new AggregateEncoder();
  for (const member of members) add(encoder, member);
  return encoder.seal();
}

/** Decodes and takes off what the input did not have. */
export function decode(aggregate: Uint8Array): Member[] | undefined {
  return decodeAggregate(aggregate)?.map(({ subSequenceNumber: _, ...member }) => member);
}

/** A user record with text as data. */
export function member(partitionKey: string, text = '', explicitHashKey?: string): Member {
  const data = new Uint8Array(Buffer.from(text, 'utf8'));
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
}
