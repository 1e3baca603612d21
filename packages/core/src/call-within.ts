import type { Clock } from './clock.js';

/**
 * Runs `call` with a signal that fires after `timeoutMs`, with an error named `TimeoutError`, or when `outer` fires, with its
 * reason. Rejects with that at once, whatever `call` makes of its signal: no call can hang. What `call` comes to later is dropped.
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
  const timer = clock.schedule(timeoutMs, () => over.abort(timedOut(timeoutMs)));
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
