import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeaggregateOptions, deaggregate, HashRange, type UserRecord } from '../src/index.js';
import { anyMembers, encode, member } from './members.js';
import { type Member, sealed } from './protobufjs-codec.js';

/** A stored record of the SDK's shape. */
function record(sequenceNumber: number | string, content: Uint8Array | Member[]) {
  const Data = content instanceof Uint8Array ? content : encode(content);
  return { Data, PartitionKey: 'a', SequenceNumber: String(sequenceNumber) };
}

const plain = (text: string) => new Uint8Array(Buffer.from(text));
const numbered = (...texts: string[]) => texts.map((text, index) => member(`k${index}`, text));
/** Members by explicit hash key, so that ranges can be told apart by eye; the data is the hash key. */
const placed = (...hashKeys: string[]) => hashKeys.map((hashKey) => member('k', hashKey, hashKey));
const range = (start: string, end: string) => new HashRange({ startingHashKey: start, endingHashKey: end });

/** Place and text of each user record. */
const read = (records: Iterable<UserRecord>) =>
  Array.from(records, (each) => `${each.sequenceNumber}/${each.subSequenceNumber} ${each.text()}`);

describe('deaggregate', () => {
  it('yields user records in the order stored, aggregated or not', () => {
    const found = deaggregate([
      record(1, plain('alone')),
      record(2, numbered('x', 'y')),
      record(3, plain('')),
    ]);
    expect(read(found)).toEqual(['1/0 alone', '2/0 x', '2/1 y', '3/0 ']);
  });

  it('gives back whatever was aggregated', () => {
    fc.assert(
      fc.property(fc.array(anyMembers, { maxLength: 4 }), (aggregates) => {
        const found = [...deaggregate(aggregates.map((members, at) => record(at + 1, members)))];
        expect(
          found.map(({ partitionKey, explicitHashKey, data }) => ({
            partitionKey,
            ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
            data,
          })),
        ).toEqual(aggregates.flat());
      }),
    );
  });

  it('passes a record that is not a sound aggregate through unchanged', () => {
    const wrongDigest = encode(numbered('x', 'y'));
    wrongDigest[10] = (wrongDigest[10] ?? 0) ^ 1;
    const badProtobuf = sealed(plain('not protobuf'));
    const noRecords = sealed(Buffer.from('0a0161', 'hex'));
    for (const data of [wrongDigest, badProtobuf, noRecords]) {
      const [only, ...others] = deaggregate([record(7, data)]);
      expect(others).toEqual([]);
      expect(only?.data).toEqual(data);
      expect(only?.partitionKey).toBe('a');
      expect(only?.aggregated).toBe(false);
    }
  });

  it('reads Lambda events, single records and single blobs', () => {
    const lambda = (content: Uint8Array) => ({
      eventID: 'shardId-000000000000:5',
      kinesis: { data: Buffer.from(content).toString('base64'), partitionKey: 'a', sequenceNumber: '5' },
    });
    const aggregate = encode(numbered('x', 'y'));
    expect(read(deaggregate({ Records: [lambda(plain('alone')), lambda(aggregate)] }))).toEqual([
      '5/0 alone',
      '5/0 x',
      '5/1 y',
    ]);
    expect(read(deaggregate(lambda(aggregate)))).toEqual(['5/0 x', '5/1 y']);
    expect(read(deaggregate(record(5, aggregate)))).toEqual(['5/0 x', '5/1 y']);
    expect(read(deaggregate(aggregate))).toEqual(['/0 x', '/1 y']);
    expect(read(deaggregate([aggregate, plain('alone')]))).toEqual(['/0 x', '/1 y', '/0 alone']);
    const [first] = deaggregate(lambda(aggregate));
    expect(first?.eventId).toBe('shardId-000000000000:5');
  });

  it('can be iterated again, and left early', () => {
    const found = deaggregate([record(1, numbered('x', 'y')), record(2, plain('z'))]);
    for (const first of found) {
      expect(first.text()).toBe('x');
      break;
    }
    expect(read(found)).toEqual(['1/0 x', '1/1 y', '2/0 z']);
    expect(read(found)).toEqual(['1/0 x', '1/1 y', '2/0 z']);
  });

  it('keeps iterations apart that run at the same time', () => {
    const found = deaggregate([record(1, numbered('x', 'y')), record(2, numbered('p', 'q'))]);
    const pairs: string[] = [];
    for (const outer of found) for (const inner of found) pairs.push(outer.text() + inner.text());
    expect(pairs).toHaveLength(16);
    expect(pairs.slice(0, 5)).toEqual(['xx', 'xy', 'xp', 'xq', 'yx']);
  });

  it('refuses input of another kind at once', () => {
    expect(() => deaggregate([record(1, plain('x')), {} as Uint8Array])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});

describe('deaggregate with a range', () => {
  const options = { range: range('100', '199'), parentRanges: [range('0', '199')] };
  const mixed = record(5, placed('50', '100', '500', '199', '60'));
  const texts = (records: readonly UserRecord[]) => records.map((each) => each.text());

  it('delivers what is inside, drops what a parent holds, delivers and reports the rest', () => {
    const reports: [string, string[]][] = [];
    const found = deaggregate(mixed, {
      ...options,
      onDropped: (dropped) => reports.push(['dropped', texts(dropped)]),
      onOutOfRange: (delivered) => reports.push(['out of range', texts(delivered)]),
    });
    expect(reports).toEqual([]);
    expect(read(found)).toEqual(['5/1 100', '5/2 500', '5/3 199']);
    expect(reports).toEqual([
      ['dropped', ['50', '60']],
      ['out of range', ['500']],
    ]);
  });

  it('drops or delivers all that is outside when told to', () => {
    expect(read(deaggregate(mixed, { ...options, outOfRange: 'drop' }))).toEqual(['5/1 100', '5/3 199']);
    expect(read(deaggregate(mixed, { ...options, outOfRange: 'deliver' }))).toHaveLength(5);
  });

  it('delivers everything without a range, whatever else is said', () => {
    expect(read(deaggregate(mixed))).toHaveLength(5);
    expect(read(deaggregate(mixed, { parentRanges: options.parentRanges, outOfRange: 'drop' }))).toHaveLength(
      5,
    );
  });

  it('never drops a record that is not aggregated', () => {
    const alone = record(6, plain('alone'));
    const nowhere = {
      range: range('0', '0'),
      parentRanges: [range('0', '340282366920938463463374607431768211455')],
    };
    expect(read(deaggregate(alone, nowhere))).toEqual(['6/0 alone']);
    expect(read(deaggregate(alone, { ...nowhere, outOfRange: 'drop' }))).toEqual(['6/0 alone']);
  });

  it('marks the last one delivered, so that the checkpoint can stand at the last index', () => {
    const found = [...deaggregate([mixed, record(6, placed('100', '50'))], options)];
    expect(
      found.map(({ subSequenceNumber, lastOfAggregate }) => [subSequenceNumber, lastOfAggregate]),
    ).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [0, true],
    ]);
    expect(found.map(({ aggregateCount }) => aggregateCount)).toEqual([5, 5, 5, 2]);
  });

  it('tells of an aggregate of which nothing is delivered', () => {
    const dropped: UserRecord[] = [];
    const found = deaggregate(record(5, placed('1', '2')), {
      ...options,
      onDropped: (all) => dropped.push(...all),
    });
    expect(read(found)).toEqual([]);
    expect(read(dropped)).toEqual(['5/0 1', '5/1 2']);
    expect(dropped.map(({ aggregateCount, lastOfAggregate }) => [aggregateCount, lastOfAggregate])).toEqual([
      [2, false],
      [2, false],
    ]);
  });

  it('lets an error of a report out, before anything of the record is delivered', () => {
    const found = deaggregate([record(4, plain('before')), mixed], {
      ...options,
      onDropped: () => {
        throw new Error('from the report');
      },
    });
    const seen: string[] = [];
    expect(() => {
      for (const each of found) seen.push(each.text());
    }).toThrow('from the report');
    expect(seen).toEqual(['before']);
  });
});

describe('the iterator of deaggregate', () => {
  it('comes again to a record whose report has thrown', () => {
    let failures = 1;
    const found = deaggregate([record(5, placed('50', '100')), record(6, placed('101'))], {
      range: range('100', '199'),
      outOfRange: 'drop',
      onDropped: () => {
        if (failures-- > 0) throw new Error('from the report');
      },
    });
    const iterator = found[Symbol.iterator]();
    expect(() => iterator.next()).toThrow('from the report');
    expect(iterator.next().value?.text()).toBe('100');
    expect(iterator.next().value?.text()).toBe('101');
    expect([iterator.next(), iterator.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});

describe('deaggregate after a checkpoint', () => {
  const records = [
    record(98, plain('old')),
    record(99, numbered('p', 'q')),
    record(100, numbered('x', 'y', 'z')),
    record(101, plain('new')),
  ];

  it('delivers exactly the rest', () => {
    const resumed = (sequenceNumber: string, subSequenceNumber?: number) =>
      read(deaggregate(records, { after: { sequenceNumber, subSequenceNumber } }));
    expect(resumed('100', 0)).toEqual(['100/1 y', '100/2 z', '101/0 new']);
    expect(resumed('100', 1)).toEqual(['100/2 z', '101/0 new']);
    expect(resumed('100', 2)).toEqual(['101/0 new']);
    expect(resumed('100', 7)).toEqual(['101/0 new']);
    expect(resumed('100')).toEqual(['101/0 new']);
    expect(resumed('99', 0)).toEqual(['99/1 q', '100/0 x', '100/1 y', '100/2 z', '101/0 new']);
    expect(resumed('98', 0)).toHaveLength(6);
    expect(resumed('9', 0)).toHaveLength(7);
    expect(resumed('101', 0)).toEqual([]);
    expect(resumed('1000', 0)).toEqual([]);
  });

  it('splits any aggregate anywhere without loss or repeat', () => {
    fc.assert(
      fc.property(anyMembers, fc.nat(), (members, pick) => {
        const stop = pick % members.length;
        const all = read(deaggregate(record(5, members)));
        const before = all.slice(0, stop + 1);
        const after = read(
          deaggregate(record(5, members), { after: { sequenceNumber: '5', subSequenceNumber: stop } }),
        );
        expect([...before, ...after]).toEqual(all);
      }),
    );
  });

  it('compares sequence numbers as numbers', () => {
    const real = '49590338271490256608559692538361571095921575989136588898';
    const found = [record('9', plain('x')), record(real, plain('y')), record(`${real}0`, plain('z'))];
    expect(read(deaggregate(found, { after: { sequenceNumber: real } }))).toEqual([`${real}0/0 z`]);
  });

  it('counts original indexes where user records are dropped, and reports only what is not done', () => {
    const dropped: string[] = [];
    const found = deaggregate(record(5, placed('100', '50', '150', '60', '199')), {
      range: range('100', '199'),
      parentRanges: [range('0', '199')],
      after: { sequenceNumber: '5', subSequenceNumber: 2 },
      onDropped: (all) => dropped.push(...all.map((each) => each.text())),
    });
    expect(read(found)).toEqual(['5/4 199']);
    expect(dropped).toEqual(['60']);
  });

  it('delivers bytes of which no sequence number is known', () => {
    expect(read(deaggregate(encode(numbered('x')), { after: { sequenceNumber: '5' } }))).toEqual(['/0 x']);
  });
});

describe('options of deaggregate', () => {
  it.each<[string, object, string]>([
    ['an unknown one', { ranges: [] }, '"ranges"'],
    [
      'a range of another shape',
      { range: { startingHashKey: '0', endingHashKey: '1' } },
      '"range" must be a HashRange',
    ],
    ['a parent of another shape', { parentRanges: [{}] }, '"parentRanges"'],
    ['parents that are no list', { parentRanges: range('0', '1') }, '"parentRanges"'],
    ['an unknown rule', { outOfRange: 'keep' }, '"outOfRange"'],
    ['a sentinel for a sequence number', { after: { sequenceNumber: 'TRIM_HORIZON' } }, '"after"'],
    ['a negative sub-sequence number', { after: { sequenceNumber: '1', subSequenceNumber: -1 } }, '"after"'],
    ['a resume point that is null', { after: null }, '"after"'],
    ['a resume point that is a sequence number', { after: '1' }, '"after"'],
    ['a bigint for a sequence number', { after: { sequenceNumber: 100n } }, '"after"'],
    ['a number for a sequence number', { after: { sequenceNumber: 100 } }, '"after"'],
    ['a sequence number with leading zeros', { after: { sequenceNumber: '0100' } }, '"after"'],
    ['no sequence number', { after: {} }, '"after"'],
    [
      'null for a sub-sequence number',
      { after: { sequenceNumber: '1', subSequenceNumber: null } },
      '"after"',
    ],
    ['a report that cannot be called', { onDropped: true }, '"onDropped"'],
    ['another report that cannot be called', { onOutOfRange: {} }, '"onOutOfRange"'],
  ])('%s is refused at once', (_, options, text) => {
    const problem = () => deaggregate([], options as DeaggregateOptions);
    expect(problem).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(problem).toThrow(text);
  });

  it('undefined is as if left out', () => {
    const options = {
      range: undefined,
      parentRanges: undefined,
      outOfRange: undefined,
      after: undefined,
      onDropped: undefined,
      onOutOfRange: undefined,
    };
    expect(read(deaggregate(record(1, numbered('x')), options))).toEqual(['1/0 x']);
  });

  it('a range from another copy of this package is one', () => {
    const copy = { contains: () => true } as unknown as HashRange;
    expect(read(deaggregate(record(1, numbered('x')), { range: copy, parentRanges: [copy] }))).toEqual([
      '1/0 x',
    ]);
  });
});
