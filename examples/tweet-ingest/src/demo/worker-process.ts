import { type DemoChild, siblingProgram, startChild } from './child-process.js';
import type { WorkerArguments, WorkerMessage } from './worker-message.js';

/** Starts a worker of the demo in a process of its own. It says when it has started, or ends early. */
export function startWorker(
  options: WorkerArguments,
  onMessage: (message: WorkerMessage) => void,
): DemoChild {
  return startChild<WorkerMessage>({
    name: `Worker ${options.name}`,
    script: siblingProgram('demo-worker', import.meta.url),
    args: [JSON.stringify(options)],
    onMessage,
  });
}
