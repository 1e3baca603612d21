import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { splitShard } from '../src/demo/split-shard.js';

const parent = { ShardId: 's-1', HashKeyRange: { StartingHashKey: '100', EndingHashKey: '199' } };
const child = (ShardId: string) => ({ ShardId, ParentShardId: 's-1' });

/** A client that answers ListShards with one list after another, the last one for ever. */
function clientWith(...lists: object[][]) {
  const sent: object[] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    if (command.constructor.name === 'ListShardsCommand') {
      return { Shards: lists.length > 1 ? lists.shift() : lists[0] };
    }
    sent.push(command.input);
    return {};
  };
  return { client: { send } as unknown as KinesisClient, sent };
}

function timing() {
  const slept: number[] = [];
  return {
    slept,
    timing: {
      nowMs: () => 0,
      sleep: async (delayMs: number) => void slept.push(delayMs),
      turn: async () => undefined,
    },
  };
}

describe('splitShard', () => {
  it('splits in the middle and waits for both children', async () => {
    const { client, sent } = clientWith([parent], [parent], [parent, child('s-4'), child('s-5')]);
    const time = timing();
    const { signal } = new AbortController();
    expect(await splitShard(client, 'tweets', 's-1', { ...time, signal })).toEqual(['s-4', 's-5']);
    expect(sent).toEqual([{ StreamName: 'tweets', ShardToSplit: 's-1', NewStartingHashKey: '150' }]);
    expect(time.slept).toEqual([200]);
  });

  it('gives up waiting when told to', async () => {
    const { client } = clientWith([parent]);
    const controller = new AbortController();
    controller.abort();
    expect(await splitShard(client, 'tweets', 's-1', { ...timing(), signal: controller.signal })).toEqual([]);
  });

  it('does not split what is not there', async () => {
    const { client, sent } = clientWith([parent]);
    const { signal } = new AbortController();
    await expect(splitShard(client, 'tweets', 's-9', { ...timing(), signal })).rejects.toThrow(
      'no shard s-9',
    );
    expect(sent).toEqual([]);
  });
});
