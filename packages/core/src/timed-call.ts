import type { Clock } from '@shardline/core';

/**
 * One try of a call with a time-out that cannot hang: it rejects when `timeoutMs` have passed or `signal` fires, whatever the
 * client does with the signal that it is given. What comes later is dropped.
 */
export async function timedCall<Result>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const attempt = new AbortController();
  const giveUp = () => attempt.abort(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const timer = clock.schedule(timeoutMs, () => attempt.abort(timedOut(timeoutMs)));
  try {
    return await Promise.race([call(attempt.signal), rejectedBy(attempt.signal)]);
  } catch (error) {
    throw attempt.signal.aborted ? attempt.signal.reason : error;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', giveUp);
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function timedOut(timeoutMs: number): Error {
  const error = new Error(`No answer within ${timeoutMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
