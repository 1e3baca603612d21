/** What is left, in milliseconds, of a time that several waits share; never less than 1, so that the last one fails by itself. */
export type Deadline = () => number;

export function deadlineIn(ms: number, now: () => number = Date.now): Deadline {
  const atMs = now() + ms;
  return () => Math.max(1, atMs - now());
}
