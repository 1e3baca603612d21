import type { Clock } from '@shardline/core';

/** How often it looks. */
const periodMs = 250;

/** What {@link watchParent} looks at. */
export interface ParentWatchParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The id of the parent process as it stands. */
  readonly parentId: () => number;
  readonly clock: Clock;
  /** Called once, when the parent is gone. */
  readonly gone: () => void;
}

/**
 * Watches over a program that `npx` runs. npx starts it in a shell and hands signals to that shell, which dies of them
 * without passing them on: the program lives on, orphaned. Started in any other way a program may well outlive its parent,
 * so nothing is watched then. Does not keep the process alive.
 */
export function watchParent({ environment, parentId, clock, gone }: ParentWatchParts): void {
  if (!isRunByNpx(environment)) return;
  const first = parentId();
  const look = () => {
    if (parentId() === first) clock.schedule(periodMs, look, { keepAlive: false });
    else gone();
  };
  look();
}

/** Whether npx runs this program itself, not a script that starts it among others. */
function isRunByNpx({
  npm_lifecycle_event,
  npm_lifecycle_script = '',
}: ParentWatchParts['environment']): boolean {
  if (npm_lifecycle_event !== 'npx') return false;
  return /^["']?shardline-local["']?(\s|$)/.test(npm_lifecycle_script) && !/[&;|]/.test(npm_lifecycle_script);
}
