import { DynamoDBLeaseStore } from '@shardline/checkpoint-dynamodb';
import { Consumer } from '@shardline/consumer';
import { RecordLedger } from '@shardline/testing';
import { endWith, obeyParent, tellParent } from './demo/obey-parent.js';
import { DemoWorker } from './demo/worker.js';
import type { WorkerArguments } from './demo/worker-message.js';
import { quietSdk } from './quiet-sdk.js';
import { machineTiming } from './timing.js';

/** How often the worker says how it is doing. */
const reportEveryMs = 200;

/** What is delivered after a crash and was before it is what no checkpoint told of: the more often, the less. */
const checkpointEveryMs = 1_000;

/** Two reads a second of a shard: a tweet is seldom older than that when it is delivered. */
const pollIntervalMs = 500;

/** A worker of the demo: a consumer in a process of its own, as it would be on a machine of its own. */
async function main(argument = '{}'): Promise<void> {
  const { name, stream, kinesis, leaseTable, failoverMs, ledgerPath } = JSON.parse(
    argument,
  ) as WorkerArguments;
  quietSdk();
  const ledger = new RecordLedger({ path: ledgerPath });
  let hasStarted = false;
  const worker = new DemoWorker({
    ledger,
    tell: tellParent,
    nowMs: () => Date.now(),
    makeConsumer: (callbacks) =>
      new Consumer({
        stream,
        applicationName: 'shardline-demo',
        workerName: name,
        leaseStore: new DynamoDBLeaseStore({ clientConfig: leaseTable }),
        clientConfig: kinesis,
        failoverMs,
        checkpoint: { everyMs: checkpointEveryMs },
        pollIntervalMs,
        ...callbacks,
        onError(error) {
          if (hasStarted) process.stderr.write(`${error}\n`); // a start that fails says why itself
        },
      }),
  });
  const stopping = new AbortController();
  obeyParent(async () => {
    stopping.abort();
    await worker.stop();
    ledger.close();
  });
  worker.ended.catch((error: unknown) => {
    if (!stopping.signal.aborted) endWith(error);
  });
  await worker.start();
  hasStarted = true;
  while (!stopping.signal.aborted) {
    worker.report();
    await machineTiming.sleep(reportEveryMs, stopping.signal);
  }
}

main(process.argv[2]).catch(endWith);
