import { describe, expect, it } from 'vitest';
import { type Checkpoint, shardEnd } from '../src/checkpoint.js';
import { doneAt, laterOf, Progress } from '../src/progress.js';
import { sequenceNumber, storedFrom, userRecordsOf } from './support/stored-records.js';

const trimHorizon: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
const at = (record: number, index = 0): Checkpoint => ({
  sequenceNumber: sequenceNumber(record),
  subSequenceNumber: index,
});
/** 1/0, 2/0, 2/1, 2/2, 3/0. */
const records = userRecordsOf(storedFrom(1, ['a', ['b', 'c', 'd'], 'e']));
const record = (index: number) => records[index] as (typeof records)[number];

describe('Progress', () => {
  it('begins where the lease was gained', () => {
    const progress = new Progress(trimHorizon);
    expect(progress).toMatchObject({
      stored: trimHorizon,
      done: trimHorizon,
      handedOver: trimHorizon,
      lastRecord: trimHorizon,
      atShardEnd: false,
      isAhead: false,
    });
  });

  it('follows records from being handed over to being stored', () => {
    const progress = new Progress(trimHorizon);
    progress.handOver(record(0));
    expect(progress).toMatchObject({
      done: trimHorizon,
      handedOver: at(1),
      lastRecord: at(1),
      isAhead: false,
    });
    progress.finish(record(0));
    expect(progress).toMatchObject({ stored: trimHorizon, done: at(1), isAhead: true });
    progress.wasStored(at(1));
    expect(progress).toMatchObject({ stored: at(1), done: at(1), isAhead: false });
  });

  it('stands inside an aggregate until its last user record is done', () => {
    const progress = new Progress(at(1));
    progress.finish(record(1));
    expect(progress.done).toEqual(at(2, 0));
    progress.finish(record(3));
    expect(progress.done).toEqual(at(2, 2));
  });

  it('takes an aggregate for done as a whole when its last members were dropped (C4)', () => {
    const last = { ...at(2, 1), lastOfAggregate: true, aggregateCount: 9 };
    expect(doneAt(last)).toEqual(at(2, 8));
    expect(doneAt({ ...last, lastOfAggregate: false })).toEqual(at(2, 1));
    const progress = new Progress(at(1));
    progress.finish(last);
    expect(progress.done).toEqual(at(2, 8));
  });

  it('counts what was dropped behind the last record as handed over and done', () => {
    const progress = new Progress(at(1));
    progress.handOver(record(1));
    progress.finish(at(7, 3));
    expect(progress).toMatchObject({ done: at(7, 3), handedOver: at(7, 3), lastRecord: at(2, 0) });
  });

  it('never moves backwards', () => {
    const progress = new Progress(at(2, 1));
    progress.handOver(record(4));
    progress.finish(record(4));
    progress.wasStored(at(3));
    for (const earlier of [at(2, 2), trimHorizon]) {
      progress.finish(earlier);
      progress.wasStored(earlier);
    }
    progress.handOver(record(0));
    progress.handOver(record(2));
    expect(progress).toMatchObject({ stored: at(3), done: at(3), handedOver: at(3), lastRecord: at(3) });
  });

  it('never moves backwards inside an aggregate', () => {
    const progress = new Progress(at(2, 2));
    progress.finish(at(2, 1));
    progress.wasStored(at(2, 1));
    expect(progress).toMatchObject({ stored: at(2, 2), done: at(2, 2), isAhead: false });
  });

  it('compares numbers by value and sentinels by rank', () => {
    const progress = new Progress({ sequenceNumber: '9', subSequenceNumber: 0 });
    progress.finish({ sequenceNumber: '10', subSequenceNumber: 0 });
    expect(progress.done.sequenceNumber).toBe('10');
    progress.wasStored(shardEnd);
    progress.finish({ sequenceNumber: '11', subSequenceNumber: 0 });
    expect(progress).toMatchObject({ stored: shardEnd, done: shardEnd });
    expect(laterOf(at(1), shardEnd)).toBe(shardEnd);
    expect(laterOf(at(1, 1), at(1))).toEqual(at(1, 1));
  });

  it('takes for done what was stored on the handler’s word', () => {
    const progress = new Progress(trimHorizon);
    progress.handOver(record(4));
    progress.wasStored(at(2, 2));
    expect(progress).toMatchObject({ done: at(2, 2), handedOver: at(3), isAhead: false });
  });

  it('knows where stored records end that it was given, and of the last one how far it came', () => {
    const progress = new Progress(trimHorizon);
    progress.handOver(record(2), records.slice(0, 3));
    expect(progress.endOf(sequenceNumber(2))).toBe(1);
    progress.handOver(record(4), records.slice(3));
    expect(progress.endOf(sequenceNumber(2))).toBe(2);
    expect(progress.endOf(sequenceNumber(1))).toBeUndefined();
    progress.wasStored(at(3));
    expect(progress.endOf(sequenceNumber(2))).toBeUndefined();
  });

  it('forgets how far a batch came that failed, once it is handed over again (C1)', () => {
    const progress = new Progress(trimHorizon);
    progress.handOver(record(0));
    progress.finish(record(0));
    progress.handOver(record(4));
    progress.fail();
    expect(progress).toMatchObject({ unnamed: at(1), handedOver: at(3) });
    progress.handOver(record(2));
    expect(progress).toMatchObject({ unnamed: at(2, 1), handedOver: at(2, 1), lastRecord: at(2, 1) });
    progress.finish(record(2));
    expect(progress).toMatchObject({ unnamed: at(2, 1), done: at(2, 1) });
  });

  it('forgets nothing of what was handed over and did not fail', () => {
    const progress = new Progress(trimHorizon);
    progress.handOver(record(4));
    progress.handOver(record(2));
    expect(progress).toMatchObject({ handedOver: at(3), lastRecord: at(3) });
  });

  it('forgets it at the end of the shard, too, where nothing came again', () => {
    const progress = new Progress(at(1));
    progress.handOver(record(4));
    progress.fail();
    progress.reachEnd();
    expect(progress).toMatchObject({ unnamed: at(1), handedOver: at(1), lastRecord: at(1) });
  });

  it('reaches the end of the shard only when told', () => {
    const progress = new Progress(trimHorizon);
    progress.finish(record(4));
    expect(progress.atShardEnd).toBe(false);
    progress.reachEnd();
    expect(progress.atShardEnd).toBe(true);
  });
});
