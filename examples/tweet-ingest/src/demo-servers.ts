import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { startLocalKinesis } from '@shardline/local';
import { endWith, obeyParent, tellParent } from './demo/obey-parent.js';
import type { ServersMessage } from './demo/servers-process.js';

const require = createRequire(import.meta.url);

/** It has no types of its own. */
const dynalite = require('dynalite') as (options: { readonly createTableMs: number }) => Server;

/** The servers of the demo, on free ports of this machine: a local Kinesis with one stream, and a DynamoDB for the lease table. */
async function main([stream = '', shards = '']: readonly string[]): Promise<void> {
  obeyParent(async () => undefined);
  const kinesis = await startLocalKinesis({ streams: [{ name: stream, shards: Number(shards) }] });
  const table = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(table, 'listening');
  const { port } = table.address() as AddressInfo;
  const message: ServersMessage = { kinesis: kinesis.endpoint, leaseTable: `http://127.0.0.1:${port}` };
  tellParent(message);
}

main(process.argv.slice(2)).catch(endWith);
