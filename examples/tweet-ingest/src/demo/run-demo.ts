import type { Colors } from 'picocolors/types.js';
import type { Timing } from '../timing.js';
import { TweetGenerator } from '../tweet-generator.js';
import type { DemoArguments } from './demo-arguments.js';
import { DemoRun } from './demo-run.js';
import { expectedLoad } from './expected-load.js';
import { headerLines } from './header-lines.js';
import { startKinesisProcess } from './kinesis-process.js';
import { passed, reportLines } from './report-lines.js';
import type { Screen } from './screen.js';

/** What {@link runDemo} is given. */
export interface DemoOptions extends Pick<DemoArguments, 'seconds' | 'seed'> {
  readonly screen: Screen;
  readonly colors: Colors;
  readonly timing: Timing;
  /** Ends the load early; what was put is judged all the same. */
  readonly signal: AbortSignal;
}

const stream = 'tweets';
const shards = 4;
/** 1.3 times what four shards take in records; in bytes it fits, whatever the seed (see authors.ts). */
const perSecond = 5_200;

/** Runs the demonstration from its header to its verdict. Says whether nothing was lost or out of order. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { seconds, seed, screen, colors, timing, signal } = options;
  const expected = expectedLoad(new TweetGenerator({ seed, perSecond }), perSecond, shards);
  for (const line of headerLines(expected, { shards, seconds, seed })) screen.say(line);
  const kinesis = await startKinesisProcess(stream, shards);
  try {
    const run = new DemoRun({
      clientConfig: kinesis.clientConfig,
      stream,
      generator: new TweetGenerator({ seed, perSecond }),
      perSecond,
      loadMs: seconds * 1_000,
      screen,
      timing,
      signal,
    });
    const { timesRecordCap } = expected;
    const result = { ...(await Promise.race([run.run(), kinesis.diedEarly])), timesRecordCap };
    screen.close();
    for (const line of reportLines(result, colors)) screen.say(line);
    return passed(result);
  } finally {
    screen.close();
    await kinesis.close();
  }
}
