import type { Outcomes } from '@shardline/producer';
import { describe, expect, it } from 'vitest';
import { IngestRecord } from '../src/ingest-record.js';

const tweet = { id: '1', partitionKey: 'a', data: '{"id":"1"}' };

const failedOutcomes: Outcomes = {
  length: 1,
  at: () => failed,
  failures: () => [failed],
  *[Symbol.iterator]() {
    yield failed;
  },
};
const failed = {
  index: 0,
  stored: false,
  error: Object.assign(new Error('expired'), { code: 'RECORD_EXPIRED', retryable: true, mayBeStored: false }),
} as const;

const stats = { storedBytes: 5, throttledEntries: 2 } as Parameters<IngestRecord['facts']>[0];

describe('IngestRecord', () => {
  it('counts a tweet that failed once, however it was put', () => {
    const record = new IngestRecord(() => undefined, undefined);
    record.line();
    record.accepted(tweet);
    record.settled(failedOutcomes);
    record.promiseFailed(tweet, failed.error);
    const facts = record.facts(stats, 10, false);
    expect(facts).toMatchObject({ lines: 1, accepted: 1, stored: 0, storedBytes: 5, throttledRecords: 2 });
    expect([...facts.failedByCode]).toEqual([['RECORD_EXPIRED', 1]]);
  });

  it('takes back a tweet that was never accepted', () => {
    const record = new IngestRecord(() => undefined, undefined);
    record.accepted(tweet);
    record.promiseFailed(tweet, Object.assign(new Error('closed'), { code: 'PRODUCER_CLOSED' }));
    record.refused(Object.assign(new Error('large'), { code: 'RECORD_TOO_LARGE' }));
    const facts = record.facts(stats, 10, true);
    expect(facts).toMatchObject({ accepted: 0, interrupted: true });
    expect([...facts.failedByCode]).toEqual([
      ['PRODUCER_CLOSED', 1],
      ['RECORD_TOO_LARGE', 1],
    ]);
  });
});
