import type { Outcomes } from '@shardline/producer';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../src/event-log.js';

function eventLog() {
  const said: string[] = [];
  return {
    log: new EventLog(
      (text) => said.push(text),
      () => 0,
    ),
    said,
  };
}

const failed = {
  type: 'shard-map-failed',
  call: 'ListShards',
  reason: 'ECONNREFUSED',
  message: 'refused',
} as const;
const known = { type: 'shard-map', reason: 'first', openShards: 4 } as const;

describe('EventLog', () => {
  it('keeps why the shards are unknown until they are known, without a word', () => {
    const { log, said } = eventLog();
    expect(log.mapFault).toBeUndefined();
    log.add(failed);
    expect(log.mapFault).toBe('ListShards: ECONNREFUSED: refused');
    log.add(known);
    expect(log.mapFault).toBeUndefined();
    expect(said).toEqual([]);
  });

  it('says later trouble once, and every reshard', () => {
    const { log, said } = eventLog();
    for (const event of [known, failed, failed]) log.add(event);
    for (const openShards of [5, 6]) log.add({ type: 'shard-map', reason: 'changed', openShards });
    log.add({ type: 'aggregation-stopped', reason: 'summary' });
    expect(said).toEqual([
      'the shards are not known anew, ListShards failed: refused',
      'the stream was resharded: 5 open shards',
      'the stream was resharded: 6 open shards',
      'the stream places records itself: tweets go one by one, without order',
    ]);
  });

  it('says why tweets are put again', () => {
    const { log, said } = eventLog();
    log.add(known);
    for (const errorCode of ['ECONNREFUSED', 'ECONNREFUSED', 'TimeoutError']) {
      log.add({
        type: 'retry',
        reason: 'no-answer',
        shardId: 'a',
        userRecords: 1,
        errorCode,
        message: 'Not now.',
      });
    }
    expect(said).toEqual([
      'no answer from Kinesis (ECONNREFUSED): tweets are put again',
      'no answer from Kinesis (TimeoutError): tweets are put again',
    ]);
  });

  it('says when tweets are stored again', () => {
    const said: string[] = [];
    let nowMs = 0;
    const log = new EventLog(
      (text) => said.push(text),
      () => nowMs,
    );
    log.add(known);
    log.add({
      type: 'retry',
      reason: 'no-answer',
      shardId: 'a',
      userRecords: 1,
      errorCode: 'EPIPE',
      message: 'Not now.',
    });
    nowMs = 2_000;
    log.settled({ length: 1, at: () => ({ index: 0, stored: true }) } as unknown as Outcomes);
    expect(said.slice(1)).toEqual(['tweets are stored again, after 2.0 s']);
  });

  it('leaves daily business to the statistics', () => {
    const { log, said } = eventLog();
    log.add(known);
    log.add({ type: 'sealed', reason: 'size', shardId: 'a', userRecords: 1, bytes: 1 });
    log.add({
      type: 'retry',
      reason: 'throttled',
      shardId: 'a',
      userRecords: 1,
      errorCode: 'x',
      message: 'Not now.',
    });
    expect(said).toEqual([]);
  });
});
