import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../src/scan-json.js';

const scan = (body: string) => scanJson(Buffer.from(body));
const tooMany = expect.objectContaining({
  name: 'SerializationException',
  message: 'The body has more than 200000 parts, which no request to Kinesis needs.',
});

describe('scanJson', () => {
  it.each([
    ['structures', '[{}', ',{}', 100_001],
    ['lists', '[', '[', 200_001],
    ['numbers', '[0', ',0', 200_001],
    ['strings', '', '""', 200_001],
    ['names', '{', '"a":0,', 100_001],
  ])('refuses too many %s', (_what, start, more, count) => {
    expect(() => scan(start + more.repeat(count))).toThrow(tooMany);
  });

  it.each([
    ['structures', '[{}', ',{}', 99_999],
    ['lists', '', '[', 200_000],
    ['strings', '', '""', 200_000],
  ])('lets as many %s pass as there may be', (_what, start, more, count) => {
    expect(() => scan(start + more.repeat(count))).not.toThrow();
  });

  it('does not count what stands in strings, however they are escaped', () => {
    const inside = '[{,'.repeat(200_000);
    for (const string of [
      `"${inside}"`,
      `"\\"${inside}"`,
      `"\\"${inside}\\\\"`,
      `"${inside}\\\\"`,
      `"${inside}\\\\\\"${inside}"`,
      `"${inside}`,
      `"\\"${inside}`,
    ])
      expect(() => scan(string)).not.toThrow();
  });

  it.each(['"\\\\"', '"\\""', '"\\"\\\\"', '"\\"\\\\\\""', '"a"'])('finds the end of %s', (string) => {
    expect(() => scan(string + '['.repeat(200_000))).toThrow(tooMany);
    expect(() => scan(string + '['.repeat(199_999))).not.toThrow();
  });

  it('counts behind strings of any kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', 'a', '[', ',', 'é') }), (string) => {
        const written = JSON.stringify(string);
        expect(() => scan(written + '['.repeat(200_000))).toThrow(tooMany);
        expect(() => scan(written + '['.repeat(199_999))).not.toThrow();
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('lets the largest PutRecords pass', () => {
    const record = { Data: 'a'.repeat(13_000), PartitionKey: '"'.repeat(256), ExplicitHashKey: '0' };
    const body = { Records: Array.from({ length: 500 }, () => record), StreamName: 's' };
    expect(() => scan(JSON.stringify(body))).not.toThrow();
  });
});
