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
 * Reads UTF-8 as the KCL does, whose Java puts one U+FFFD for each malformed part, and one (WHATWG: three) for a surrogate
 * written as three bytes. The KCL hashes what it has read, so the replacement decides where a user record belongs.
 */
export function readUtf8(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to);
  return text.includes('\ufffd\ufffd\ufffd') ? withSingleReplacements(bytes.subarray(from, to)) : text;
}

/** Decodes with each encoded surrogate, ED A0..BF 80..BF, replaced by one U+FFFD, which is EF BF BD. */
function withSingleReplacements(bytes: Uint8Array): string {
  const mended = Buffer.from(bytes);
  for (let at = 0; at + 2 < mended.length; at++) {
    const isSurrogate =
      mended[at] === 0xed &&
      ((mended[at + 1] as number) & 0xe0) === 0xa0 &&
      ((mended[at + 2] as number) & 0xc0) === 0x80;
    if (isSurrogate) mended.set([0xef, 0xbf, 0xbd], at);
  }
  return mended.toString('utf8');
}
