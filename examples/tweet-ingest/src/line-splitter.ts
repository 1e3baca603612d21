/** A line of a file, without its line end. */
export interface Line {
  /** Counted from 1, blank lines included, as editors do. */
  readonly number: number;
  /** A view into what was pushed, or `undefined` for a line longer than the limit. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Cuts a stream of chunks into lines: LF or CRLF, a byte order mark in front, a last line without an end. Holds at most
 * `maxLineBytes` of an unfinished line; a longer one is dropped as it comes in and reported without its bytes, so a file
 * without line ends cannot fill the memory.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #number = 0;
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #tooLong = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** How much of an unfinished line is held. */
  get heldBytes(): number {
    return this.#begunBytes;
  }

  /** The lines that end in `chunk`. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      lines.push(this.#finish(chunk.subarray(from, end)));
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  /** The last line, if it had no line end. */
  end(): Line[] {
    return this.#begunBytes > 0 || this.#tooLong ? [this.#finish(new Uint8Array(0))] : [];
  }

  #hold(rest: Uint8Array): void {
    if (rest.length === 0 || this.#tooLong) return;
    // Three bytes more, for a CR and its neighbours: whether the line is too long is decided at its end.
    if (this.#begunBytes + rest.length > this.#maxLineBytes + byteOrderMark.length + 1) {
      this.#tooLong = true;
      this.#begun = [];
      this.#begunBytes = 0;
      return;
    }
    this.#begun.push(rest);
    this.#begunBytes += rest.length;
  }

  #finish(rest: Uint8Array): Line {
    this.#number += 1;
    const whole = this.#tooLong ? undefined : this.#whole(rest);
    this.#begun = [];
    this.#begunBytes = 0;
    this.#tooLong = false;
    const bytes = whole && trim(whole, this.#number === 1);
    return { number: this.#number, bytes: bytes && bytes.length <= this.#maxLineBytes ? bytes : undefined };
  }

  #whole(rest: Uint8Array): Uint8Array {
    return this.#begun.length === 0 ? rest : Buffer.concat([...this.#begun, rest]);
  }
}

function trim(line: Uint8Array, first: boolean): Uint8Array {
  const from = first && byteOrderMark.every((byte, index) => line[index] === byte) ? byteOrderMark.length : 0;
  const to = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  return line.subarray(from, Math.max(from, to));
}
