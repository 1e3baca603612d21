import { ConnectionFaultError } from './connection-fault-error.js';
import type { EventStreamMember } from './subscription.js';

/**
 * A subscription's events as the SDK for JavaScript hands them out: where it takes a cut for the end of the stream
 * (`fin`, `cancel`, the caller's own abort) these just end, so that code which trusts a quiet end is found out here too.
 */
export function asSdkSeesIt(
  events: AsyncIterableIterator<EventStreamMember>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<EventStreamMember> {
  const giveUp = () => void events.return?.();
  signal?.addEventListener('abort', giveUp, { once: true });
  const forget = () => signal?.removeEventListener('abort', giveUp);
  return {
    async next() {
      try {
        const result = await events.next();
        if (result.done) forget();
        return result;
      } catch (error) {
        forget();
        if (looksLikeAnEnd(error)) return { done: true, value: undefined };
        throw error;
      }
    },
    async return() {
      forget();
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function looksLikeAnEnd(error: unknown): boolean {
  return error instanceof ConnectionFaultError && (error.cut === 'fin' || error.cut === 'cancel');
}
