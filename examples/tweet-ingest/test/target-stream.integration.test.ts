import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { openTarget } from '../src/target-stream.js';

describe('openTarget', () => {
  it('starts a local Kinesis where no stream is named, says so, and stops it', async () => {
    const said: string[] = [];
    const target = await openTarget({ kind: 'local' }, (text) => said.push(text));
    expect(said.join()).toContain('a local Kinesis inside this process (stream "tweets", 4 shards');
    expect(target).toMatchObject({ stream: 'tweets', shared: false });
    const client = new KinesisClient({ ...target.clientConfig, maxAttempts: 1 });
    try {
      const summary = new DescribeStreamSummaryCommand({ StreamName: target.stream });
      const { StreamDescriptionSummary } = await client.send(summary);
      expect(StreamDescriptionSummary?.OpenShardCount).toBe(4);
      await target.close();
      await expect(client.send(summary)).rejects.toThrow();
    } finally {
      client.destroy();
    }
  });

  it('takes the stream that is named, with what is known of it and no more', async () => {
    const silent = () => expect.unreachable('nothing to say');
    const bare = { kind: 'stream', stream: 's', region: undefined, endpoint: undefined } as const;
    expect(await openTarget(bare, silent)).toMatchObject({ stream: 's', shared: true, clientConfig: {} });
    const full = { ...bare, region: 'eu-west-1', endpoint: 'http://127.0.0.1:9' };
    const target = await openTarget(full, silent);
    expect(target.clientConfig).toEqual({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9' });
    await target.close();
  });
});
