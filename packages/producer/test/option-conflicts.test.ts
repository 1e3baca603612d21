import { describe, expect, it } from 'vitest';
import { refuseConflicts } from '../src/option-conflicts.js';

const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
const right = { stream, aggregateBytes: 51_200, maxAggregateBytes: 51_200, lingerMs: 100, recordTtlMs: 101 };

describe('refuseConflicts', () => {
  it('takes options that go together, up to their limits', () => {
    for (const way of [
      {},
      { client: {} },
      { connection: {} },
      { clientConfig: {} },
      { clientConfig: { region: 'eu-west-1' } },
    ]) {
      expect(() => refuseConflicts({ ...right, ...way })).not.toThrow();
    }
  });

  it.each([
    [{ client: {}, clientConfig: {} }, 'client'],
    [{ connection: {}, clientConfig: {} }, 'connection'],
    [{ clientConfig: { region: 'us-east-1' } }, 'stream'],
    [{ maxAggregateBytes: 51_199 }, 'maxAggregateBytes'],
    [{ recordTtlMs: 100 }, 'recordTtlMs'],
  ])('refuses %j', (more, option) => {
    expect(() => refuseConflicts({ ...right, ...more })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option }),
    );
  });
});
