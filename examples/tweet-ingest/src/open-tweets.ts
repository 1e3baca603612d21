import { open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import type { Source } from './arguments.js';
import { fileError } from './explain-error.js';
import { readTweets, type SkippedLine } from './ndjson.js';
import type { TweetRecord } from './tweet.js';
import { TweetGenerator } from './tweet-generator.js';

/** Told of what is read. */
export interface SourceListener {
  /** Every non-blank line, or generated tweet. */
  onLine(): void;
  /** Every line that is not a tweet. */
  onSkipped(line: SkippedLine): void;
}

/** Tweets generated at a time. */
const generatedBatch = 100;

/** The tweets of an opened source, once read: ends early when `signal` fires. */
export type OpenedTweets = (
  listener: SourceListener,
  signal: AbortSignal,
) => AsyncIterable<readonly TweetRecord[]>;

/** Opens a file, standard input or a generator. Fails at once where it cannot be read. */
export async function openTweets(source: Source, stdin: Readable): Promise<OpenedTweets> {
  if (source.kind === 'generator') return (listener) => generated(source, listener);
  const bytes = source.kind === 'stdin' ? stdin : await openFile(source.path);
  return (listener, signal) => readTweets(untilAborted(bytes, signal), listener);
}

async function openFile(path: string): Promise<Readable> {
  try {
    const handle = await open(path);
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw Object.assign(new Error(path), { code: 'EISDIR' });
    }
    return handle.createReadStream();
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

async function* generated(
  { count, seed }: Extract<Source, { kind: 'generator' }>,
  listener: SourceListener,
): AsyncGenerator<readonly TweetRecord[]> {
  const generator = new TweetGenerator({ seed });
  for (let made = 0; made < count; made += generatedBatch) {
    const batch = Array.from({ length: Math.min(generatedBatch, count - made) }, () =>
      generator.nextRecord(),
    );
    for (const _ of batch) listener.onLine();
    yield batch;
  }
}

/** A pipe may stay silent for ever: it is let go of when `signal` fires. */
async function* untilAborted(source: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  addAbortSignal(signal, source);
  try {
    yield* source;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
