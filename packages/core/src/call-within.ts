import type { Clock } from './clock.js';

/** A time-out that comes later than this says that this process stood still (a freeze, a blocked event loop), not the service. */
const stoodStillMs = 100;
/** Time to read what was answered while this process stood still: Node runs late timers before it looks at its sockets. */
const catchUpMs = 250;

/**
 * Runs `call` with a signal that fires after `timeoutMs`, with an error named `TimeoutError`, or when `outer` fires, with its
 * reason. Rejects with that at once, whatever `call` makes of its signal: no call can hang. What `call` comes to later is dropped.
 * If this process stood still when the time was over, there is a moment more, once, to read an answer that has come meanwhile.
 */
export async function callWithin<Result>(
  clock: Clock,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): Promise<Result> {
  outer?.throwIfAborted();
  const over = new AbortController();
  const onOuter = () => over.abort(outer?.reason);
  outer?.addEventListener('abort', onOuter, { once: true });
  const dueMs = clock.monotonic() + timeoutMs;
  const giveUp = () => over.abort(timedOut(timeoutMs));
  let timer = clock.schedule(timeoutMs, () => {
    if (clock.monotonic() - dueMs < stoodStillMs) giveUp();
    else timer = clock.schedule(catchUpMs, giveUp);
  });
  try {
    const aborted = new Promise<never>((_resolve, reject) => {
      over.signal.addEventListener('abort', () => reject(over.signal.reason), { once: true });
    });
    return await Promise.race([call(over.signal), aborted]);
  } finally {
    timer.cancel();
    outer?.removeEventListener('abort', onOuter);
  }
}

function timedOut(timeoutMs: number): Error {
  const error = new Error(`No answer within ${timeoutMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
