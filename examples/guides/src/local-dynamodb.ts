import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

/** A DynamoDB inside this process, in memory, with no AWS behind it (the package dynalite). */
export interface LocalDynamoDB {
  /** What a DynamoDB client or a DynamoDBLeaseStore needs to talk to it. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startLocalDynamoDB(): Promise<LocalDynamoDB> {
  const require = createRequire(import.meta.url);
  const dynalite = require('dynalite') as (options: object) => Server; // it has no types of its own
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    clientConfig: { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
