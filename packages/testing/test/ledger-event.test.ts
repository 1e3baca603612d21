import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptedLine, deliveredLine, failedLine, parseLine } from '../src/ledger-event.js';

const text = fc.string({ unit: 'binary' });

describe('ledger lines', () => {
  test('read back as what was written, whatever keys and ids hold', () => {
    const checksum = fc.nat({ max: 0xffff_ffff });
    fc.assert(
      fc.property(
        text,
        text,
        fc.option(checksum, { nil: undefined }),
        fc.boolean(),
        (key, id, sum, mayBeStored) => {
          const record = { key, id, ...(sum === undefined ? {} : { checksum: sum }) };
          const line = acceptedLine(record);
          expect(line.indexOf('\n')).toBe(line.length - 1);
          expect(parseLine(line)).toEqual({ event: 'accepted', ...record });
          expect(parseLine(failedLine({ id, mayBeStored }))).toEqual({ event: 'failed', id, mayBeStored });
        },
      ),
    );
  });

  test('deliveries read back as what was written', () => {
    fc.assert(
      fc.property(
        fc.record({
          key: text,
          id: text,
          shardId: text,
          sequenceNumber: fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String),
          subSequenceNumber: fc.nat(),
        }),
        (record) => {
          const line = deliveredLine(record);
          expect(line.indexOf('\n')).toBe(line.length - 1);
          expect(parseLine(line)).toEqual({ event: 'delivered', ...record });
        },
      ),
    );
  });

  test('a lone surrogate survives', () => {
    const record = { key: '\ud800', id: 'x\udfff' };
    expect(parseLine(acceptedLine(record))).toEqual({ event: 'accepted', ...record });
  });

  test('what no ledger wrote is refused', () => {
    const lines = [
      '',
      'accepted',
      'null',
      '7',
      '[]',
      '{}',
      '{"event":"accepted","id":"1"}',
      '{"event":"accepted","key":"k","id":1}',
      '{"event":"accepted","key":"k","id":"1","checksum":"7"}',
      '{"event":"failed","id":"1"}',
      '{"event":"lost","key":"k","id":"1"}',
      '{"event":"delivered","key":"k","id":"1"}',
      '{"event":"delivered","id":"1","shardId":"s","sequenceNumber":"1","subSequenceNumber":0}',
      '{"event":"delivered","key":"k","shardId":"s","sequenceNumber":"1","subSequenceNumber":0}',
      '{"event":"delivered","key":"k","id":"1","sequenceNumber":"1","subSequenceNumber":0}',
      '{"event":"delivered","key":"k","id":"1","shardId":"s","sequenceNumber":1,"subSequenceNumber":0}',
      '{"event":"delivered","key":"k","id":"1","shardId":"s","sequenceNumber":"1"}',
      '{"event":"accepted","key":"k","id":"1"',
    ];
    for (const line of lines) expect(parseLine(line)).toBeUndefined();
  });
});
