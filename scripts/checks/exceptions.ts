import type { Exception } from './check.js';

/** A file, or one function of it, that may be longer than the rest. */
export interface SizeException extends Exception {
  /** Name of the function as the check prints it; absent for the whole file. */
  readonly name?: string;
  readonly cap: number;
}

export const sizeExceptions: readonly SizeException[] = [
  {
    path: 'packages/aggregation/src/hot/md5.ts',
    name: 'step',
    cap: 160,
    reason: 'the 64 steps of MD5 written out: a loop over tables is several times slower',
  },
];

/** The files that touch the world outside, by what they touch. */
export const edgeFiles: Readonly<Record<'awsSdk' | 'queue' | 'machine', readonly Exception[]>> = {
  awsSdk: [
    {
      path: 'packages/checkpoint-dynamodb/src/dynamodb-connection.ts',
      reason: 'makes the client and its sockets from clientConfig',
    },
    {
      path: 'packages/checkpoint-dynamodb/src/sdk-table-api.ts',
      reason: 'sends the requests of the lease store',
    },
    {
      path: 'packages/core/src/kinesis-connection.ts',
      reason: 'makes the client from clientConfig',
    },
    { path: 'packages/core/src/request-handler.ts', reason: "the SDK's HTTP/1.1 handler" },
    { path: 'packages/consumer/src/sdk-kinesis-reads.ts', reason: 'sends the requests of the consumer' },
    { path: 'packages/local/src/cbor-wire.ts', reason: "CBOR by the SDK's own codec" },
    { path: 'packages/local/src/event-stream-wire.ts', reason: "event streams by the SDK's own codec" },
    { path: 'packages/producer/src/post-body.ts', reason: 'sends finished bodies as calls of the SDK' },
    { path: 'packages/producer/src/sdk-kinesis-api.ts', reason: 'sends the requests of the producer' },
    { path: 'packages/testing/src/sdk-reads.ts', reason: 'reads the stream for the ledger' },
  ],
  queue: [
    { path: 'packages/producer/src/dispatcher.ts', reason: 'schedules requests, never single records' },
    { path: 'packages/consumer/src/counter-coordinator.ts', reason: 'bounds the lease writes at once' },
  ],
  machine: [
    { path: 'packages/core/src/socket-agents.ts', reason: "Node's agents, whose sockets it hands on" },
    {
      path: 'packages/local/src/admin-guard.ts',
      reason: 'asks whether a text is an address; opens nothing',
    },
    { path: 'packages/local/src/admin-server.ts', reason: 'the HTTP server of the admin port' },
    { path: 'packages/local/src/certificate.ts', reason: 'asks whether a name is an address' },
    { path: 'packages/local/src/http-connection.ts', reason: 'the codes that HTTP/2 streams are reset with' },
    { path: 'packages/local/src/cli-files.ts', reason: 'the files that the command line names' },
    { path: 'packages/local/src/protocol-switch.ts', reason: 'the HTTP server' },
    { path: 'packages/testing/src/ledger-file.ts', reason: 'lines of the ledger survive a SIGKILL' },
  ],
};

export const timeAndChance: readonly Exception[] = [
  { path: 'packages/consumer/src/sdk-edges.ts', reason: "the ids of the consumer's workers" },
  { path: 'packages/core/src/clock.ts', reason: 'the machine clock' },
  { path: 'packages/core/src/random.ts', reason: 'the machine randomness' },
  {
    path: 'packages/testing/src/turns.ts',
    reason: 'lets promise jobs run between the steps of virtual time',
  },
];

/** Sources that are tested through another file's test. */
export const untested: readonly Exception[] = [
  {
    path: 'packages/core/src/socket-agents.ts',
    reason:
      'the classes of Node around a SocketKeeper; request-handler.integration.test.ts opens their sockets',
  },
  {
    path: 'packages/aggregation/src/md5-module.ts',
    reason: 'generated: md5-module-source.test.ts holds it against its program, and hot/ tests what it does',
  },
  {
    path: 'packages/consumer/src/record-source.ts',
    reason: 'the contract of sources; polling-source.test.ts shows it kept',
  },
  ...['consumer', 'operator', 'record', 'stream'].map((kind) => ({
    path: `packages/local/src/operations/${kind}-operations.ts`,
    reason: 'a list; every-operation.test.ts calls all that are on it',
  })),
  { path: 'examples/tweet-ingest/src/cli.ts', reason: 'run as a process by ingest.integration.test.ts' },
  {
    path: 'examples/tweet-ingest/src/demo/run-demo.ts',
    reason: 'run as a process by demo.integration.test.ts',
  },
  {
    path: 'examples/tweet-ingest/src/demo/demo-run.ts',
    reason: 'run as a process by demo.integration.test.ts',
  },
  {
    path: 'examples/tweet-ingest/src/demo/child-process.ts',
    reason: 'demo.integration.test.ts has children started, stopped, killed and orphaned',
  },
  {
    path: 'examples/tweet-ingest/src/demo/obey-parent.ts',
    reason: 'the other end of it, in the processes that demo.integration.test.ts starts',
  },
  {
    path: 'examples/tweet-ingest/src/demo/servers-process.ts',
    reason: 'demo.integration.test.ts runs and kills the servers',
  },
  {
    path: 'examples/tweet-ingest/src/demo/worker-process.ts',
    reason: 'demo.integration.test.ts runs and kills the workers',
  },
  {
    path: 'examples/tweet-ingest/src/demo-servers.ts',
    reason: 'run as a process by demo.integration.test.ts',
  },
  {
    path: 'examples/tweet-ingest/src/demo-worker.ts',
    reason: 'run as a process by demo.integration.test.ts',
  },
  {
    path: 'examples/tweet-ingest/src/demo/snapshot.ts',
    reason: 'types and the two caps; render.test.ts shows them',
  },
  { path: 'examples/guides/src/01-produce.ts', reason: 'run as a process by guides.integration.test.ts' },
  {
    path: 'examples/guides/src/02-produce-high-volume.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  { path: 'examples/guides/src/03-consume.ts', reason: 'run as a process by guides.integration.test.ts' },
  {
    path: 'examples/guides/src/04-consume-many-workers.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  {
    path: 'examples/guides/src/05-custom-lease-store.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  {
    path: 'examples/guides/src/06-graceful-shutdown.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  { path: 'examples/guides/src/07-lambda.ts', reason: 'run as a process by guides.integration.test.ts' },
  { path: 'examples/guides/src/lambda/handler.ts', reason: 'called by 07-lambda.ts' },
  { path: 'examples/guides/src/08-fan-out.ts', reason: 'run as a process by guides.integration.test.ts' },
  {
    path: 'examples/guides/src/09-process-exit.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  { path: 'examples/guides/src/10-http-ingest.ts', reason: 'run as a process by guides.integration.test.ts' },
  {
    path: 'examples/guides/src/11-lambda-producer.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  {
    path: 'examples/guides/src/12-worker-threads.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  { path: 'examples/guides/src/13-cluster.ts', reason: 'run as a process by guides.integration.test.ts' },
  {
    path: 'examples/guides/src/14-produce-stream.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  {
    path: 'examples/guides/src/15-many-streams.ts',
    reason: 'run as a process by guides.integration.test.ts',
  },
  {
    path: 'examples/guides/src/life-cycle/close-on-crash.ts',
    reason: 'run in a process of its own by life-cycle.integration.test.ts',
  },
  {
    path: 'examples/guides/src/life-cycle/ingest-server.ts',
    reason: 'run in a process of its own by life-cycle.integration.test.ts',
  },
  { path: 'examples/guides/src/lambda/producing-handler.ts', reason: 'called by 11-lambda-producer.ts' },
  { path: 'examples/guides/src/local-dynamodb.ts', reason: 'started by 04-consume-many-workers.ts' },
  { path: 'scripts/verify/build-step.ts', reason: 'a wrapper; pnpm verify runs it' },
  { path: 'scripts/verify/main.ts', reason: 'wiring of runSteps; pnpm check runs it' },
  { path: 'scripts/verify/check-steps.ts', reason: 'a list; pnpm check runs it' },
  { path: 'scripts/pack/pack-steps.ts', reason: 'a list; pnpm pack-check runs it' },
  { path: 'scripts/pack/smoke/usage.ts', reason: 'compiled by pnpm pack-check' },
];

/** Module-level objects that carry nothing from one call to the next. */
export const moduleState: readonly Exception[] = [
  {
    path: 'packages/aggregation/src/hot/md5.ts',
    reason: 'scratch space: written anew by every call before it is read',
  },
  {
    path: 'packages/aggregation/src/shared-md5.ts',
    reason:
      'the WebAssembly and its scratch space, opened when first used; what it holds is told apart by content, and a second copy of the package has its own',
  },
];
