/** Whether a sequence number, in plain decimal, is lower than another. */
export function isLower(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length;
}
