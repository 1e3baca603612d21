import { stopWord } from './child-process.js';

/**
 * The manners of a child: it ends when asked, after `stop`, and when its parent is gone, even after a SIGKILL, since the channel between
 * them breaks then. Ctrl-C reaches the whole group of processes: what ends, and in which order, is the parent's to say.
 */
export function obeyParent(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    if (message !== stopWord) return;
    stop().then(
      () => process.exit(0),
      (error: unknown) => endWith(error),
    );
  });
}

/** Says in one line what went wrong, for the parent to show, and ends. */
export function endWith(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
}

/** Tells the parent. */
export function tellParent(message: object): void {
  process.send?.(message);
}
