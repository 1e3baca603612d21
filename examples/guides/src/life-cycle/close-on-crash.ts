import type { Producer } from '@shardline/producer';

/**
 * Gives what was accepted a last chance when the program fails: an exception or a rejected promise that nobody caught. The process
 * then ends with status 1, as it would have without this.
 */
export function closeOnCrash(producer: Producer, deadlineMs = 5_000): void {
  let crashing = false;
  const crash = async () => {
    await producer.close({ deadlineMs }).catch((error) => console.error(error.message));
    process.exit(1);
  };
  // Rejections that nobody handles come here too. Further ones must not end the process before the records are settled.
  process.on('uncaughtException', (error) => {
    console.error(error);
    if (!crashing) void crash();
    crashing = true;
  });
}
