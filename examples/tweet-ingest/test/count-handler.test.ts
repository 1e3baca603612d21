import type { Checkpointer, CheckpointTarget, ProcessRecordsInput } from '@shardline/consumer';
import { beforeEach, describe, expect, it } from 'vitest';
import { CountHandler } from '../src/count-handler.js';

type UserRecord = ProcessRecordsInput['records'][number];

/** Record `sequence` that arrived at `arrivalMs`, as `deaggregate` would give it. */
function recordAt(sequence: number, arrivalMs: number, text = `{"id":"${sequence}"}`): UserRecord {
  const of: Partial<UserRecord> = {
    data: Buffer.from(text),
    sequenceNumber: String(sequence),
    subSequenceNumber: 0,
    approximateArrivalTimestamp: new Date(arrivalMs),
  };
  return of as UserRecord;
}

describe('CountHandler', () => {
  let happened: string[] = [];
  let refuse: Error | undefined;
  beforeEach(() => {
    happened = [];
    refuse = undefined;
  });
  const checkpointer: Checkpointer = {
    async checkpoint(at?: CheckpointTarget) {
      if (refuse) throw refuse;
      happened.push(`checkpoint ${at ? JSON.stringify(at) : 'the end'}`);
    },
    prepareCheckpoint: () => Promise.reject(new Error('not used')),
  };
  const { signal } = new AbortController();
  const end = { checkpointer, signal };

  function counter() {
    const handler = new CountHandler({ shardId: 'shard-1', hashKeyRange: undefined }, 1_000, {
      onWindow: (shardId, { startMs, tweets }, closed) => {
        happened.push(`${shardId} ${startMs} ${closed ? 'closed' : 'open'} ${tweets}`);
      },
      onSkipped: (where, { reason }) => happened.push(`${where} skipped: ${reason}`),
      onTrouble: (error) => happened.push(`trouble: ${(error as Error).message}`),
    });
    const process = (...records: UserRecord[]) =>
      handler.processRecords({
        records,
        checkpointer,
        signal,
        millisBehindLatest: 0,
        isAtShardEnd: false,
        childShards: [],
      });
    return { handler, process };
  }

  it('shows a window when the first record behind it comes, and only then checkpoints, before that record', async () => {
    const { process } = counter();
    await process(recordAt(1, 5_000), recordAt(2, 5_500));
    expect(happened).toEqual([]);
    await process(recordAt(3, 5_900), recordAt(4, 6_000), recordAt(5, 6_001));
    expect(happened).toEqual(['shard-1 5000 closed 3', 'checkpoint {"sequenceNumber":"3"}']);
  });

  it('checkpoints the end of the last batch where a new one begins a window', async () => {
    const { process } = counter();
    await process(recordAt(1, 5_000));
    await process(recordAt(2, 6_000));
    expect(happened).toEqual(['shard-1 5000 closed 1', 'checkpoint {"sequenceNumber":"1"}']);
  });

  it('checkpoints once for several windows of a batch, behind the last one that is closed', async () => {
    const { process } = counter();
    await process(recordAt(1, 0), recordAt(2, 1_000), recordAt(3, 2_000), recordAt(4, 2_001));
    expect(happened).toEqual([
      'shard-1 0 closed 1',
      'shard-1 1000 closed 1',
      'checkpoint {"sequenceNumber":"2"}',
    ]);
  });

  it('goes on when a checkpoint is refused: called again it would count twice', async () => {
    const { process } = counter();
    refuse = new Error('the table is busy');
    await process(recordAt(1, 0), recordAt(2, 1_000));
    refuse = undefined;
    await process(recordAt(3, 2_000));
    expect(happened).toEqual([
      'shard-1 0 closed 1',
      'trouble: the table is busy',
      'shard-1 1000 closed 1',
      'checkpoint {"sequenceNumber":"2"}',
    ]);
  });

  it('says which record is no tweet', async () => {
    const { process } = counter();
    await process(recordAt(7, 0, 'nonsense'), recordAt(8, 1));
    expect(happened).toEqual(['shard-1 7/0 skipped: not JSON']);
  });

  it('closes the last window with its shard, then finishes the shard', async () => {
    const { handler, process } = counter();
    await process(recordAt(1, 0));
    await handler.shardEnded(end);
    expect(happened).toEqual(['shard-1 0 closed 1', 'checkpoint the end']);
  });

  it('has the end of a shard tried again when it cannot be checkpointed', async () => {
    const { handler } = counter();
    refuse = new Error('the table is busy');
    await expect(handler.shardEnded(end)).rejects.toThrow('the table is busy');
  });

  it('shows the open window when it is to stop, and leaves the checkpoint at its start', async () => {
    const { handler, process } = counter();
    await process(recordAt(1, 0));
    handler.shutdownRequested();
    expect(happened).toEqual(['shard-1 0 open 1']);
  });

  it('shows an open window once when nothing has arrived between two ticks', async () => {
    const { handler, process } = counter();
    handler.tick();
    handler.tick();
    await process(recordAt(1, 0));
    handler.tick();
    await process(recordAt(2, 1));
    handler.tick();
    expect(happened).toEqual([]);
    handler.tick();
    handler.tick();
    expect(happened).toEqual(['shard-1 0 open 2']);
  });

  it('counts a record without a time of arrival in the open window', async () => {
    const { handler, process } = counter();
    const { data, sequenceNumber } = recordAt(2, 0);
    await process(recordAt(1, 5_000), { data, sequenceNumber } as UserRecord);
    handler.shutdownRequested();
    expect(happened).toEqual(['shard-1 5000 open 2']);
  });
});
