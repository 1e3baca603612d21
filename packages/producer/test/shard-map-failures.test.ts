import { expect, test } from 'vitest';
import { ShardMapFailures } from '../src/shard-map-failures.js';

const described = { call: 'DescribeStreamSummary', reason: 'TimeoutError', message: 'late' } as const;
const listed = { call: 'ListShards', reason: 'ECONNREFUSED', message: 'refused' } as const;

test('the newest failure is told, until its call succeeds', () => {
  const failures = new ShardMapFailures();
  expect(failures.last).toBeUndefined();
  failures.failed(described);
  failures.failed(listed);
  expect(failures.last).toEqual(listed);
  expect([failures.of('ListShards'), failures.of('DescribeStreamSummary')]).toEqual([listed, described]);
  failures.failed({ ...described, message: 'late again' });
  expect(failures.last).toMatchObject({ message: 'late again' });
  failures.succeeded('DescribeStreamSummary');
  expect(failures.last).toEqual(listed);
  failures.succeeded('DescribeStreamSummary');
  failures.succeeded('ListShards');
  expect([failures.last, failures.of('ListShards')]).toEqual([undefined, undefined]);
});
