import { startLocalKinesis } from '@shardline/local';
import type { ProducerOptions } from '@shardline/producer';
import type { Target } from './arguments.js';

/** A stream to put into, and what has to be closed afterwards. */
export interface TargetStream {
  readonly stream: string;
  readonly clientConfig: NonNullable<ProducerOptions['clientConfig']>;
  /** Whether others may put into it as well. */
  readonly shared: boolean;
  close(): Promise<void>;
}

const localStream = { name: 'tweets', shards: 4 };

/** Finds the stream that the command line names, or makes one in a local Kinesis inside this process. */
export async function openTarget(target: Target, say: (text: string) => void): Promise<TargetStream> {
  if (target.kind === 'local') {
    const server = await startLocalKinesis({ streams: [localStream] });
    say(
      `No --stream given: putting into a local Kinesis inside this process (stream "${localStream.name}", ` +
        `${localStream.shards} shards, the service's limits). Nothing leaves this machine, nothing is kept.`,
    );
    const { clientConfig } = server;
    return { stream: localStream.name, clientConfig, shared: false, close: () => server.close() };
  }
  const { stream, region, endpoint } = target;
  return {
    stream,
    clientConfig: { ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) },
    shared: true,
    close: async () => undefined,
  };
}
