import { statSync } from 'node:fs';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import {
  formatVerdict,
  RecordLedger,
  readStream,
  type StoredPage,
  sdkReads,
  type Verdict,
} from '@shardline/testing';
import { fileError } from './explain-error.js';
import type { TargetStream } from './target-stream.js';
import { identifyTweet, TweetLedger } from './tweet-ledger.js';
import { UsageError } from './usage-error.js';

/** A ledger on disk, and how to hold the stream against it. */
export interface LedgerFile {
  readonly tweets: TweetLedger;
  /** Reads the whole stream, prints what it found, and says whether nothing is lost or out of order. */
  check(target: TargetStream, print: (text: string) => void): Promise<boolean>;
}

/** Begins a ledger. Throws {@link UsageError} where it cannot be written, or belongs to an earlier run. */
export function openLedger(path: string | undefined): LedgerFile | undefined {
  if (path === undefined) return undefined;
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new UsageError(
      `--ledger ${path} holds something already. Name a new file: a ledger belongs to one run.`,
    );
  }
  const ledger = begin(path);
  const tweets = new TweetLedger(ledger);
  return {
    tweets,
    async check(target, print) {
      ledger.close();
      print('');
      print('Reading the stream back from its oldest record.');
      const verdict = await judge(path, tweets, target);
      print(formatVerdict(verdict));
      if (tweets.secondCopies > 0)
        print(`${tweets.secondCopies} repeats are tweets that the input holds more than once.`);
      return verdict.ok;
    },
  };
}

function begin(path: string): RecordLedger {
  try {
    return new RecordLedger({ path });
  } catch (error) {
    throw fileError(error instanceof Error ? (error.cause ?? error) : error, path, 'write');
  }
}

async function judge(path: string, tweets: TweetLedger, target: TargetStream): Promise<Verdict> {
  const client = new KinesisClient(target.clientConfig);
  try {
    const stored = readStream({ kinesis: sdkReads(client), stream: target.stream, readAs: 'shardline' });
    const ours = target.shared ? onlyOurs(stored, tweets) : stored;
    return await RecordLedger.judge({ ledgers: [path], stored: ours, identify: identifyTweet });
  } finally {
    client.destroy();
  }
}

/** On a stream that others write to, what this run did not put is none of its business. */
async function* onlyOurs(stored: AsyncIterable<StoredPage>, tweets: TweetLedger): AsyncGenerator<StoredPage> {
  for await (const page of stored) {
    yield {
      ...page,
      userRecords: page.userRecords.filter((record) => tweets.holds(identifyTweet(record)?.id)),
    };
  }
}
