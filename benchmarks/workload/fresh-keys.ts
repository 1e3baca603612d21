import { randomFillSync } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Random strings that nobody has looked at yet: flat, one byte a character, without a cached hash, as they come out of
 * a parser. Keys that were used before would flatter whoever keeps them in a Map.
 */
export function freshKeys(count: number, length: number): string[] {
  const bytes = randomFillSync(Buffer.allocUnsafeSlow(count * length));
  for (let at = 0; at < bytes.length; at++) bytes[at] = ALPHABET.charCodeAt((bytes[at] ?? 0) & 63);
  const keys: string[] = [];
  for (let at = 0; at < bytes.length; at += length) keys.push(bytes.toString('latin1', at, at + length));
  return keys;
}

/** Fresh strings again, but what they say is drawn from a few. */
export function repeatedKeys(count: number, distinct: readonly string[]): string[] {
  const draws = randomFillSync(new Uint32Array(count));
  return Array.from(draws, (draw) =>
    Buffer.from(distinct[draw % distinct.length] as string, 'latin1').toString('latin1'),
  );
}
