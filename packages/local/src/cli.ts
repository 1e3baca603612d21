#!/usr/bin/env node
import { parseCliArguments, usage } from './cli-arguments.js';
import { startLocalKinesis } from './start-local-kinesis.js';

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const args = parseCliArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return;
  }
  const { port, host, streams } = args;
  const server = await startLocalKinesis({ port, host, streams, limits: args.noLimits ? 'none' : {} });
  const stop = () => {
    // With its handlers gone, a second signal ends the process whatever happens.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
    void server.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  const { endpoint } = server;
  if (args.readyJson) {
    print(JSON.stringify({ ready: true, endpoint, streams }));
    return;
  }
  print(`Local Kinesis listens on ${endpoint} (health: ${endpoint}/health).`);
  for (const { name, shards } of streams)
    print(`  stream ${name}, ${shards} open ${shards === 1 ? 'shard' : 'shards'}`);
  print(`Point a client at it: AWS_ENDPOINT_URL_KINESIS=${endpoint}; any credentials will do.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
