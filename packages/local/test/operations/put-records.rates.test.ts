import { describe, expect, it } from 'vitest';
import { id, service, stream } from '../support/service.js';

/*
 * Clients that ask for three times what a shard gives, call by call on the hand clock: they get the cap, within 2 %, once
 * the initial burst is used up.
 */

const MiB = 1_048_576;
const models = ['token-bucket', 'fixed-window', 'single-tank'] as const;

/** Puts so many calls a second of records of these sizes, and returns what was stored in a second on average. */
async function putThrice(
  writeModel: (typeof models)[number],
  sizes: readonly number[],
  callsPerSecond: number,
): Promise<{ records: number; bytes: number }> {
  const { call, clock } = service({ limits: { writeModel }, maxRetainedBytes: 2 ** 40 });
  const Records = sizes.map((size) => ({ Data: new Uint8Array(size - 1), PartitionKey: 'k' }));
  const [burstMs, endMs] = [6_000, 26_000];
  const stored = { records: 0, bytes: 0 };
  for (let n = 0; clock.monotonic() < endMs; n += 1) {
    const answer = await call('PutRecords', { StreamName: stream, Records });
    const settled = clock.monotonic() >= burstMs;
    for (const [index, result] of (answer.Records ?? []).entries()) {
      if (!settled || result.ErrorCode !== undefined) continue;
      stored.records += 1;
      stored.bytes += sizes[index] ?? 0;
    }
    clock.pass(((n + 1) * 1_000) / callsPerSecond - clock.monotonic());
  }
  const seconds = (endMs - burstMs) / 1_000;
  return { records: stored.records / seconds, bytes: stored.bytes / seconds };
}

function expectWithin2Percent(measured: number, cap: number): void {
  expect(measured / cap).toBeGreaterThan(0.98);
  expect(measured / cap).toBeLessThan(1.02);
}

describe.each(models)('PutRecords at three times the cap, limits as a %s', (model) => {
  it('stores the cap of records: six calls a second of 500 small ones', async () => {
    const sizes = Array.from({ length: 500 }, () => 20);
    expectWithin2Percent((await putThrice(model, sizes, 6)).records, 1_000);
  });

  it('stores the cap of bytes: 3 MiB a second of 10 kB', async () => {
    const sizes = Array.from({ length: 32 }, () => 10_000);
    expectWithin2Percent((await putThrice(model, sizes, (3 * MiB) / 320_000)).bytes, MiB);
  });

  it('stores the cap of bytes: 3 MiB a second of mixed sizes', async () => {
    const sizes = Array.from(
      { length: 60 },
      (_, index) => [60_000, 200, 9_000, 1_500, 25_000][index % 5] ?? 1,
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expectWithin2Percent((await putThrice(model, sizes, (3 * MiB) / bytes)).bytes, MiB);
  });
});

describe('GetRecords at three times the cap, by three readers', () => {
  /** Three readers that each read a page every `pauseMs`, one after the other; what they got in a second on average. */
  async function readThrice(records: readonly number[], pauseMs: number) {
    const { call, clock, iterator } = service({
      limits: { shardWriteBytesPerSecond: 1e9, shardWriteRecordsPerSecond: 1e9 },
    });
    const Records = records.map((size) => ({ Data: new Uint8Array(size - 1), PartitionKey: 'k' }));
    if (Records.length > 0) await call('PutRecords', { StreamName: stream, Records });
    const ShardIterator = await iterator(id(0));
    const got = { calls: 0, bytes: 0 };
    const [burstMs, endMs] = [2_000, 62_000];
    for (let n = 0; clock.monotonic() < endMs; n += 1) {
      const page = await call('GetRecords', { ShardIterator }).catch((error: Error) => {
        expect(error.name).toBe('ProvisionedThroughputExceededException');
      });
      if (page && clock.monotonic() >= burstMs) {
        got.calls += 1;
        for (const { Data } of page.Records ?? []) got.bytes += (Data?.byteLength ?? 0) + 1;
      }
      clock.pass(((n + 1) * pauseMs) / 3 - clock.monotonic());
    }
    const seconds = (endMs - burstMs) / 1_000;
    return { calls: got.calls / seconds, bytes: got.bytes / seconds };
  }

  it('answers five empty pages a second', async () => {
    expectWithin2Percent((await readThrice([], 200)).calls, 5);
  });

  it.each([
    ['1 MiB', [MiB], 500],
    ['5 MiB', Array.from({ length: 5 }, () => MiB), 2_500],
    ['600 kB of mixed sizes', [100_000, 1, 499_999], 287],
  ])('answers 2 MiB a second, in pages of %s', async (_what, records, pauseMs) => {
    expectWithin2Percent((await readThrice(records, pauseMs)).bytes, 2 * MiB);
  });
});
