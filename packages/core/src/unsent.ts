/** Why nothing of a call was sent. */
export interface Unsent {
  /** What a fault of that kind is called. */
  readonly name: string;
  /** What the call had waited for in vain when it was given up; absent where it failed by itself. */
  readonly lacks?: string;
}

/** Not listed among an error's members: it is for {@link unsentOf}. */
const member = '$unsent';

/**
 * Notes on what a call fails with, or is given up for, that nothing of it was sent. Returns what to throw: the same, or where nothing
 * can be written on it, one that says the same.
 */
export function markUnsent(error: unknown, unsent: Unsent): unknown {
  const property = { value: unsent, configurable: true };
  if (typeof error !== 'object' || error === null) {
    const named = Object.assign(new Error(String(error), { cause: error }), { name: 'UnknownError' });
    return Object.defineProperty(named, member, property);
  }
  if (Reflect.defineProperty(error, member, property)) return error;
  // Frozen: another one that has all that it has.
  return Object.create(error, { [member]: property });
}

/** Why nothing of the call was sent that failed with `error`, where that is known. */
export function unsentOf(error: unknown): Unsent | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  return (error as { readonly [member]?: Unsent })[member];
}
