import { type DemoChild, siblingProgram, startChild } from './child-process.js';

/** How to reach one of the servers. */
export interface ServerConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the servers say once they listen. */
export interface ServersMessage {
  readonly kinesis: string;
  readonly leaseTable: string;
}

/** A local Kinesis and a local DynamoDB, in a process of their own. */
export interface DemoServers extends Pick<DemoChild, 'diedEarly' | 'stop'> {
  readonly kinesis: ServerConfig;
  readonly leaseTable: ServerConfig;
}

/** Starts the servers with one stream, and waits until they listen. */
export async function startServers(stream: string, shards: number): Promise<DemoServers> {
  let heard: (message: ServersMessage) => void = () => undefined;
  const listening = new Promise<ServersMessage>((resolve) => {
    heard = resolve;
  });
  const child = startChild<ServersMessage>({
    name: 'The process of the local Kinesis and the lease table',
    script: siblingProgram('demo-servers', import.meta.url),
    args: [stream, String(shards)],
    onMessage: (message) => heard(message),
  });
  const { kinesis, leaseTable } = await Promise.race([listening, child.diedEarly]);
  return {
    kinesis: configOf(kinesis),
    leaseTable: configOf(leaseTable),
    diedEarly: child.diedEarly,
    stop: (deadlineMs) => child.stop(deadlineMs),
  };
}

function configOf(endpoint: string): ServerConfig {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
