import { type LocalKinesisServer, type StreamSpec, startLocalKinesis } from '@shardline/local';
import { expect, onTestFinished } from 'vitest';
import type { RecordFailedError } from '../../src/errors.js';
import type { Outcome, Outcomes } from '../../src/outcomes.js';
import { Producer } from '../../src/producer.js';
import type { ProducerOptions } from '../../src/producer-options.js';
import type { UserRecord } from '../../src/user-record.js';
import { type RudeServer, startRudeServer } from './rude-server.js';

/** A producer whose service is rude, and a count of what it tells. */
export interface RudeTrial {
  readonly server: LocalKinesisServer;
  readonly rude: RudeServer;
  readonly producer: Producer;
  /** Puts `count` records and gives their outcomes, of which there is one each, told of once. */
  put(count?: number, dataBytes?: number): Promise<readonly Outcome[]>;
}

/** A started producer of a stream with two shards, with more of a configuration. What is rude begins after this. */
export async function rudeTrial(
  options: Partial<ProducerOptions> = {},
  config: ProducerOptions['clientConfig'] = {},
  spec: Partial<StreamSpec> = { shards: 2 },
): Promise<RudeTrial> {
  const server = await startLocalKinesis({ streams: [{ name: 'tweets', ...spec }] });
  onTestFinished(() => server.close());
  const rude = await startRudeServer(server);
  let told = 0;
  const onOutcomes = (outcomes: Outcomes) => {
    told += outcomes.length;
  };
  const clientConfig = { ...rude.clientConfig, ...config };
  const producer = new Producer({ stream: 'tweets', lingerMs: 0, clientConfig, onOutcomes, ...options });
  onTestFinished(() => producer.close({ deadlineMs: 0 }).catch(() => {}));
  await producer.start();
  const put = async (count = 4, dataBytes = 10) => {
    const before = told;
    const outcomes = [...(await producer.putMany(recordsOf(count, dataBytes)))];
    expect(outcomes).toHaveLength(count);
    expect(told - before).toBe(count);
    expect(producer.stats()).toMatchObject({ outstandingRecords: 0, outstandingBytes: 0 });
    return outcomes;
  };
  return { server, rude, producer, put };
}

function recordsOf(count: number, dataBytes: number): readonly UserRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    partitionKey: `key-${at}`,
    data: `${at}`.padEnd(dataBytes, 'x'),
  }));
}

/** The errors of records that must all have failed. */
export function errorsOf(outcomes: readonly Outcome[]): readonly RecordFailedError[] {
  return outcomes.map((outcome) => {
    if (outcome.stored) throw new Error('It should have failed.');
    return outcome.error as RecordFailedError;
  });
}

/** Codes of the attempts of records that must all be stored. */
export function attemptsOf(outcomes: readonly Outcome[]): readonly (string | undefined)[][] {
  return outcomes.map((outcome) => {
    if (!outcome.stored) throw outcome.error;
    return outcome.result.attempts.map(({ errorCode }) => errorCode);
  });
}
