/** The name of the class of `value`, for messages; undefined where it has none, or does not let it be read. */
export function constructorName(value: object): string | undefined {
  try {
    const made: unknown = value.constructor;
    const name: unknown = typeof made === 'function' ? made.name : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    // A getter or a proxy of the user's: its object is worded without a class.
    return undefined;
  }
}

/** The same with its article. */
export function aThing(name: string): string {
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}
