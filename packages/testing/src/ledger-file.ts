import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { LedgerError } from './ledger-error.js';
import { type LedgerEvent, parseLine } from './ledger-event.js';

/**
 * A file to which lines are appended so that they outlive the process: each is with the operating system when
 * `append` returns. (They outlive a SIGKILL, not a power cut.)
 */
export class LedgerFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #scratch = Buffer.allocUnsafe(4_096);

  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (error) {
      throw new LedgerError(
        'LEDGER_UNWRITABLE',
        `Ledger ${path} cannot be opened for writing: ${error}`,
        error,
      );
    }
  }

  append(lines: string): void {
    if (this.#descriptor === undefined) {
      throw new LedgerError(
        'LEDGER_UNWRITABLE',
        `Ledger ${this.#path} is closed: nothing more can be written to it.`,
      );
    }
    const mostBytes = lines.length * 3;
    if (mostBytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(mostBytes * 2);
    const end = this.#scratch.write(lines);
    try {
      for (let at = 0; at < end; ) at += writeSync(this.#descriptor, this.#scratch, at, end - at);
    } catch (error) {
      throw new LedgerError(
        'LEDGER_UNWRITABLE',
        `Ledger ${this.#path} cannot be written to: ${error}`,
        error,
      );
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/**
 * The events of a ledger file, in the order in which they were written, a chunk of the file at a time; `only` one kind if
 * asked for. A last line without an end is what a killed writer may leave: it is passed over.
 */
export async function* readLedgerFile(
  path: string,
  only?: LedgerEvent['event'],
): AsyncGenerator<readonly LedgerEvent[]> {
  const prefix = only ? `{"event":"${only}"` : '';
  let lineNumber = 0;
  let unfinished = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1_048_576 })) {
      const lines = (unfinished + chunk).split('\n');
      unfinished = lines.pop() ?? '';
      const events: LedgerEvent[] = [];
      for (const line of lines) {
        lineNumber += 1;
        if (!line.startsWith(prefix)) continue;
        const event = parseLine(line);
        if (!event) throw new LedgerError('LEDGER_UNREADABLE', notALedgerLine(path, lineNumber));
        events.push(event);
      }
      yield events;
    }
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('LEDGER_UNREADABLE', `Ledger ${path} cannot be read: ${error}`, error);
  }
}

function notALedgerLine(path: string, lineNumber: number): string {
  return `Ledger ${path}, line ${lineNumber}: no ledger wrote this line. Give the file of a RecordLedger, unedited.`;
}
