import { tag } from '@smithy/core/cbor';
import fc from 'fast-check';
import type { InputShape, StructureShape } from '../../src/input-shape.js';

const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';

/** Texts that mean something to some operation. */
const texts = [
  's',
  't',
  streamArn,
  `${streamArn}/consumer/c:1767225600`,
  'c',
  'shardId-000000000000',
  'shardId-000000000001',
  'shardId-000000000002',
  '0',
  '170141183460469231731687303715884105728',
  '340282366920938463463374607431768211455',
  'k',
  'alias/aws/kinesis',
  '{"Version":"2012-10-17","Statement":[]}',
  '49'.padEnd(56, '0'),
];

/** What a member of this name is likely to be. */
const byName: Readonly<Record<string, readonly string[]>> = {
  StreamName: ['s', 's', 's', 't'],
  StreamARN: [streamArn],
  ResourceARN: [streamArn],
  ShardId: ['shardId-000000000000', 'shardId-000000000001'],
  ConsumerName: ['c', 'd'],
};

/** Inputs of the right types for `shape`, whose values are often of use together, and now and then out of range. */
export function likelyInput(shape: StructureShape, format: 'json' | 'cbor'): fc.Arbitrary<object> {
  const members = Object.entries(shape.members).map(
    ([name, member]) => [name, likelyMember(name, member, format)] as const,
  );
  const requiredKeys = shape.required.filter((name) => name in shape.members);
  return fc.record(Object.fromEntries(members), { requiredKeys });
}

function likelyMember(name: string, shape: InputShape, format: 'json' | 'cbor'): fc.Arbitrary<unknown> {
  const known = byName[name];
  const any = likelyValue(shape, format);
  return known ? fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...known) }, any) : any;
}

function likelyValue(shape: InputShape, format: 'json' | 'cbor'): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'string': {
      const fitting = texts.filter(
        (text) =>
          text.length <= (shape.max ?? Number.POSITIVE_INFINITY) && (shape.pattern?.test(text) ?? true),
      );
      const any = fc.string({ maxLength: 20 });
      return fitting.length === 0
        ? any
        : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fitting) }, any);
    }
    case 'choice':
      return fc.constantFrom(...shape.choices);
    case 'integer':
      return fc.oneof(
        fc.constantFrom(shape.min ?? 0, shape.max ?? 0, 1, 2, 3, 48, 2_048),
        fc.integer({ min: -3, max: 10 }),
      );
    case 'boolean':
      return fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true));
    case 'timestamp': {
      const seconds = fc.constantFrom(0, 1.5, Date.now() / 1_000, 1e12, -5);
      return format === 'json'
        ? seconds
        : seconds.map((value) => tag({ tag: 1, value: Math.round(value * 1_000) }));
    }
    case 'blob': {
      const bytes = fc.uint8Array({ maxLength: 50 }).map((content) => Buffer.from(content));
      return format === 'json' ? bytes.map((content) => content.toString('base64')) : bytes;
    }
    case 'list':
      return fc.array(likelyValue(shape.of, format), { minLength: Math.min(shape.min, 1), maxLength: 3 });
    case 'map':
      return fc.dictionary(fc.constantFrom('a', 'b', 'aws:x', ''), likelyValue(shape.of, format), {
        maxKeys: 3,
      });
    case 'structure':
      return likelyInput(shape, format);
  }
}
