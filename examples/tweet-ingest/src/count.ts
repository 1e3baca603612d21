import { DynamoDBLeaseStore } from '@shardline/checkpoint-dynamodb';
import { Consumer, type ConsumerEnd, InMemoryLeaseStore, type LeaseStore } from '@shardline/consumer';
import type { CountCommand } from './count-arguments.js';
import { consumerEventInWords } from './count-events.js';
import { CountHandler } from './count-handler.js';
import { rowOf } from './count-row.js';
import type { CountFacts } from './count-summary.js';
import { CountTally } from './count-tally.js';
import type { TargetStream } from './target-stream.js';
import type { Timing } from './timing.js';

/** What {@link countTweets} is given. */
export interface CountOptions {
  readonly command: CountCommand;
  readonly target: TargetStream;
  readonly timing: Timing;
  /** Shows a window. */
  readonly print: (text: string) => void;
  /** Says a line to the operator while it runs. */
  readonly say: (text: string) => void;
  /** Stops the counting; what the handlers have in hand is then finished within ten seconds. */
  readonly signal: AbortSignal;
}

/** How long an interrupted run waits for its handlers. Kubernetes kills after 30 s. */
const stopDeadlineMs = 10_000;

/** Counts until it is told to stop, or the stream is deleted. Rejects where it cannot begin. */
export async function countTweets(options: CountOptions): Promise<{ facts: CountFacts; end: ConsumerEnd }> {
  const { command, target, print, say, signal } = options;
  const tally = new CountTally(say);
  const handlers = new Map<string, CountHandler>();
  const consumer = new Consumer({
    stream: target.stream,
    clientConfig: target.clientConfig,
    applicationName: command.application,
    leaseStore: leaseStoreOf(command, tally),
    initialPosition: command.from,
    checkpoint: 'manual', // where a window ends, not where five seconds end
    shardHandler(shard) {
      const handler = new CountHandler(shard, command.windowMs, {
        onWindow(shardId, window, closed) {
          tally.window(shardId, window, closed);
          print(rowOf(shardId, window, closed, command.top));
        },
        onSkipped: (where, skipped) => tally.skips.add(skipped, where),
        onTrouble: tally.trouble,
      });
      handlers.set(shard.shardId, handler);
      return handler;
    },
    onError: tally.trouble,
    onEvent(event) {
      if (event.type === 'lease-released') handlers.delete(event.shardId);
      const text = consumerEventInWords(event);
      if (text !== undefined) say(text);
    },
  });
  const over = new AbortController();
  const stop = () => void consumer.stop({ deadlineMs: stopDeadlineMs });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await consumer.start().catch((error: unknown) => {
      if (!signal.aborted) throw error; // told to stop before it had begun
    });
    void tick(handlers, over.signal, options);
    const end = await consumer.finished;
    return { facts: tally.facts(), end };
  } finally {
    over.abort();
    signal.removeEventListener('abort', stop);
    await consumer.stop({ deadlineMs: stopDeadlineMs });
  }
}

async function tick(
  handlers: ReadonlyMap<string, CountHandler>,
  over: AbortSignal,
  { timing, command }: CountOptions,
): Promise<void> {
  for (;;) {
    await timing.sleep(command.windowMs, over);
    if (over.aborted) return;
    for (const handler of handlers.values()) handler.tick();
  }
}

function leaseStoreOf({ leases, target }: CountCommand, tally: CountTally): LeaseStore {
  if (leases.in === 'memory') return new InMemoryLeaseStore();
  const { region } = target;
  const { endpoint } = leases;
  const clientConfig = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  };
  return new DynamoDBLeaseStore({ clientConfig, onMalformedLease: tally.trouble });
}
