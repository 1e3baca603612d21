import type { Outcomes, ProducerEvent } from '@shardline/producer';
import { describe, expect, it } from 'vitest';
import { OutageLog } from '../src/outage-log.js';

type Retry = Extract<ProducerEvent, { type: 'retry' }>;

const retry = (reason: Retry['reason'], errorCode: string): Retry => ({
  type: 'retry',
  reason,
  errorCode,
  message: 'Not now.',
  shardId: 'a',
  userRecords: 70,
});
const settled = (stored: boolean) => ({ length: 1, at: () => ({ index: 0, stored }) }) as unknown as Outcomes;
const refused = retry('no-answer', 'ECONNREFUSED');

function outageLog() {
  const said: string[] = [];
  let nowMs = 5_000;
  const log = new OutageLog(
    (text) => said.push(text),
    () => nowMs,
  );
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { log, said, wait };
}

describe('OutageLog', () => {
  it('says each reason and code at once, again after ten seconds, and that it is over', () => {
    const { log, said, wait } = outageLog();
    log.retried(refused);
    log.retried(refused);
    log.retried(retry('no-answer', 'ECONNRESET'));
    for (let second = 0; second < 12; second += 1) {
      wait(1_000);
      log.retried(refused);
      log.settled(settled(false));
    }
    log.settled(settled(true));
    log.settled(settled(true));
    expect(said).toEqual([
      'no answer from Kinesis (ECONNREFUSED): tweets are put again',
      'no answer from Kinesis (ECONNRESET): tweets are put again',
      'no answer from Kinesis (ECONNREFUSED), for 10.0 s now: tweets are put again',
      'tweets are stored again, after 12.0 s',
    ]);
  });

  it('says a blip once, however often it comes within ten seconds', () => {
    const { log, said, wait } = outageLog();
    for (let blip = 0; blip < 11; blip += 1) {
      log.retried(retry('transient', 'InternalFailure'));
      wait(999);
      log.settled(settled(true));
      wait(1);
    }
    const words = 'Kinesis has a passing fault (InternalFailure): tweets are put again';
    expect(said).toEqual([words, words]);
  });

  it('begins to count anew with the next outage', () => {
    const { log, said, wait } = outageLog();
    for (let outage = 0; outage < 2; outage += 1) {
      log.retried(refused);
      wait(3_000);
      log.settled(settled(true));
      wait(60_000);
    }
    const one = [
      'no answer from Kinesis (ECONNREFUSED): tweets are put again',
      'tweets are stored again, after 3.0 s',
    ];
    expect(said).toEqual([...one, ...one]);
  });

  it('leaves throttling and reshards to others', () => {
    const { log, said } = outageLog();
    log.retried(retry('throttled', 'ProvisionedThroughputExceededException'));
    log.retried(retry('wrong-shard', 'WrongShard'));
    log.settled(settled(true));
    expect(said).toEqual([]);
  });
});
