import { ManualClock } from '@shardline/testing';

/** A clock on which work takes time. */
export class BusyClock extends ManualClock {
  busyMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.busyMs;
  }
}

/** Lets promise jobs run, and nothing else. */
export async function promiseJobs(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await undefined;
}
