import { describe, expect, it } from 'vitest';
import { Pace } from '../src/pace.js';
import { putTweets, type TweetProducer } from '../src/put-tweets.js';
import type { Timing } from '../src/timing.js';
import type { TweetRecord } from '../src/tweet.js';

const tweet = (key: string): TweetRecord => ({ id: key, partitionKey: key, data: '{}' });

async function* batchesOf(...batches: string[][]): AsyncGenerator<TweetRecord[]> {
  for (const batch of batches) yield batch.map(tweet);
}

/** Time that passes only by sleeping. */
class SleptTiming implements Timing {
  readonly sleptMs: number[] = [];
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(delayMs: number): Promise<void> {
    this.sleptMs.push(delayMs);
    this.#nowMs += delayMs;
  }

  async turn(): Promise<void> {}
}

/** Takes `room` tweets, then none until waited for. */
function producerWith(room: number): TweetProducer & { readonly taken: string[]; readonly waits: number[] } {
  const taken: string[] = [];
  const waits: number[] = [];
  let left = room;
  return {
    taken,
    waits,
    tryPut({ partitionKey }) {
      if (partitionKey === 'bad') throw new TypeError('bad record');
      if (left === 0) return false;
      left -= 1;
      taken.push(partitionKey);
      return true;
    },
    async waitForRoom() {
      waits.push(taken.length);
      left = room;
    },
  };
}

function run(
  batches: AsyncIterable<readonly TweetRecord[]>,
  producer: TweetProducer,
  more: { pace?: Pace } = {},
) {
  const timing = new SleptTiming();
  const refused: string[] = [];
  const controller = new AbortController();
  const done = putTweets(batches, producer, {
    timing,
    signal: controller.signal,
    onRefused: ({ partitionKey }, error) => refused.push(`${partitionKey}: ${String(error)}`),
    ...more,
  });
  return { done, timing, refused, controller };
}

describe('putTweets', () => {
  it('puts every tweet, in order, waiting for room where there is none', async () => {
    const producer = producerWith(3);
    await run(batchesOf(['a', 'b'], ['c', 'd', 'e', 'f', 'g']), producer).done;
    expect(producer.taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(producer.waits).toEqual([3, 6]);
  });

  it('goes on after a tweet that is refused for good', async () => {
    const producer = producerWith(9);
    const { done, refused } = run(batchesOf(['a', 'bad', 'b']), producer);
    await done;
    expect(producer.taken).toEqual(['a', 'b']);
    expect(refused).toEqual(['bad: TypeError: bad record']);
  });

  it('keeps to its pace', async () => {
    const producer = producerWith(1_000);
    const pace = new Pace({ perSecond: 10, startMs: 0 });
    const { done, timing } = run(batchesOf(['a', 'b'], ['c']), producer, { pace });
    await done;
    expect(producer.taken).toEqual(['a', 'b', 'c']);
    expect(timing.sleptMs).toEqual([101, 100, 100]);
  });

  it('stops before the next tweet when told to, even while it waits for room', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<TweetRecord[]> {
      for (;;) {
        read += 1;
        yield [tweet(`t${read}`)];
      }
    }
    const full: TweetProducer = { tryPut: () => false, waitForRoom: () => new Promise(() => undefined) };
    const { done, controller } = run(endless(), full);
    setImmediate(() => controller.abort());
    await done;
    expect(read).toBe(1);
  });
});
