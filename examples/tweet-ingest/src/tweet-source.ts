import { open } from 'node:fs/promises';
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

/** Opens a file, standard input or a generator. Fails at once where it cannot be read. Ends early when `signal` fires. */
export async function openTweets(
  source: Source,
  stdin: AsyncIterable<Uint8Array>,
  listener: SourceListener,
  signal: AbortSignal,
): Promise<AsyncIterable<readonly TweetRecord[]>> {
  if (source.kind === 'generator') return generated(source, listener);
  const bytes = source.kind === 'stdin' ? stdin : await openFile(source.path);
  return readTweets(untilAborted(bytes, signal), {
    onLine: () => listener.onLine(),
    onSkipped: (line) => listener.onSkipped(line),
  });
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
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

/** A pipe may stay silent for ever: the next chunk is not waited for once `signal` has fired. */
async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const chunks = source[Symbol.asyncIterator]();
  while (!signal.aborted) {
    const next = await Promise.race([chunks.next(), aborted]);
    if (next === undefined) return;
    if (next.done) return;
    yield next.value;
  }
}
