/** Up to this many characters a loop beats a call into native code. */
const shortText = 64;

/** Bytes of the UTF-8 form of a text. A lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  const length = text.length;
  if (length > shortText) return Buffer.byteLength(text, 'utf8');
  for (let at = 0; at < length; at++) {
    if (text.charCodeAt(at) >= 0x80) return Buffer.byteLength(text, 'utf8');
  }
  return length;
}

/** Writes the UTF-8 form of a text, which is known to have `bytes` bytes. */
export function writeUtf8(text: string, bytes: number, into: Buffer, at: number): void {
  if (bytes !== text.length || bytes > shortText) {
    into.write(text, at, bytes, 'utf8');
    return;
  }
  for (let char = 0; char < bytes; char++) into[at + char] = text.charCodeAt(char);
}

/**
 * Reads UTF-8 as the KCL does. Java and WHATWG agree on what is well-formed, and on one U+FFFD for each malformed part, but for the
 * encoded surrogate (ED A0..BF and perhaps a third byte): one U+FFFD in Java, one a byte here. The KCL hashes what it has read, so
 * the replacement decides to which shard such a user record belongs.
 */
export function readUtf8(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to);
  return text.includes('\ufffd\ufffd') ? readAroundSurrogates(bytes.subarray(from, to)) : text;
}

/** Whether {@link readUtf8} may read anything in the bytes otherwise than Node does. */
export function mayHoldSurrogate(bytes: Buffer, from: number, to: number): boolean {
  return bytes.subarray(from, to).includes(0xed);
}

function readAroundSurrogates(bytes: Buffer): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0xed); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xed, at + 1)) {
    if (((bytes[at + 1] as number) & 0xe0) !== 0xa0) continue;
    parts.push(bytes.toString('utf8', from, at));
    from = at + 2 < bytes.length && ((bytes[at + 2] as number) & 0xc0) === 0x80 ? at + 3 : at + 2;
  }
  parts.push(bytes.toString('utf8', from));
  return parts.join('\ufffd');
}
