import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { LedgerError } from './ledger-error.js';
import { beginningOf, type LedgerEvent, parseLine } from './ledger-event.js';

/**
 * A file to which lines are appended so that they outlive the process: each is with the operating system when
 * `append` returns. (They outlive a SIGKILL, not a power cut.)
 *
 * A last line without an end, as a killed writer may leave it, is cut off when the file is opened again. After a failed
 * write nothing more is taken: the file may end within a line.
 */
export class LedgerFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #failed = false;
  #scratch = Buffer.allocUnsafe(4_096);

  constructor(path: string) {
    this.#path = path;
    let descriptor: number | undefined;
    try {
      descriptor = openSync(path, 'a+');
      cutTornLine(descriptor, path);
      this.#descriptor = descriptor;
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      if (error instanceof LedgerError) throw error;
      const message = `Ledger ${path} cannot be opened for writing: ${error}`;
      throw new LedgerError('LEDGER_UNWRITABLE', message, { cause: error });
    }
  }

  append(lines: string): void {
    if (this.#descriptor === undefined) {
      throw new LedgerError(
        'LEDGER_UNWRITABLE',
        `Ledger ${this.#path} is closed: nothing more can be written to it.`,
      );
    }
    if (this.#failed) {
      throw new LedgerError(
        'LEDGER_UNWRITABLE',
        `Ledger ${this.#path}: an earlier write failed, so it may end within a line. Open it again to go on.`,
      );
    }
    const mostBytes = lines.length * 3;
    if (mostBytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(mostBytes * 2);
    const end = this.#scratch.write(lines);
    try {
      for (let at = 0; at < end; ) at += writeSync(this.#descriptor, this.#scratch, at, end - at);
    } catch (error) {
      this.#failed = true;
      const message = `Ledger ${this.#path} cannot be written to: ${error}`;
      throw new LedgerError('LEDGER_UNWRITABLE', message, { cause: error });
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

const newline = 0x0a;
const blockBytes = 65_536;

/** Cuts off what stands after the last newline, if it is the beginning of a ledger line. */
function cutTornLine(descriptor: number, path: string): void {
  const facts = fstatSync(descriptor);
  if (!facts.isFile()) return;
  const block = Buffer.allocUnsafe(blockBytes);
  let lineStart = 0;
  for (let end = facts.size; end > 0; ) {
    const start = Math.max(0, end - blockBytes);
    const bytes = readSync(descriptor, block, 0, end - start, start);
    const at = block.subarray(0, bytes).lastIndexOf(newline);
    if (at >= 0) {
      lineStart = start + at + 1;
      break;
    }
    end = start;
  }
  if (lineStart === facts.size) return;
  const bytes = readSync(descriptor, block, 0, Math.min(blockBytes, facts.size - lineStart), lineStart);
  if (!mayBeginLine(block.toString('utf8', 0, bytes))) {
    const what = `Ledger ${path}: its last line is not one of a ledger. Give the file of a RecordLedger, or a new one.`;
    throw new LedgerError('LEDGER_UNWRITABLE', what);
  }
  ftruncateSync(descriptor, lineStart);
}

function mayBeginLine(text: string): boolean {
  return Object.values(beginningOf).some(
    (beginning) => text.startsWith(beginning) || beginning.startsWith(text),
  );
}

/**
 * The events of a ledger file, in the order in which they were written, a chunk of the file at a time; `only` one kind if
 * asked for. A last line without an end is what a killed writer may leave: it is passed over.
 */
export async function* readLedgerFile(
  path: string,
  only?: LedgerEvent['event'],
): AsyncGenerator<readonly LedgerEvent[]> {
  let linesBefore = 0;
  let unfinished = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1_048_576 })) {
      const lines = (unfinished + chunk).split('\n');
      unfinished = lines.pop() ?? '';
      yield eventsOf(lines, only, (index) => notALedgerLine(path, linesBefore + index + 1));
      linesBefore += lines.length;
    }
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('LEDGER_UNREADABLE', `Ledger ${path} cannot be read: ${error}`, { cause: error });
  }
}

/** Lines of the kinds that are not asked for are not parsed; any other line must be an event. */
function eventsOf(
  lines: readonly string[],
  only: LedgerEvent['event'] | undefined,
  refusalOf: (index: number) => string,
): readonly LedgerEvent[] {
  const kinds = Object.keys(beginningOf) as LedgerEvent['event'][];
  const passedOver = only ? kinds.filter((kind) => kind !== only).map((kind) => beginningOf[kind]) : [];
  const events: LedgerEvent[] = [];
  lines.forEach((line, index) => {
    if (passedOver.some((beginning) => line.startsWith(beginning))) return;
    const event = parseLine(line);
    if (!event) throw new LedgerError('LEDGER_UNREADABLE', refusalOf(index));
    if (!only || event.event === only) events.push(event);
  });
  return events;
}

function notALedgerLine(path: string, lineNumber: number): string {
  return `Ledger ${path}, line ${lineNumber}: no ledger wrote this line. Give the file of a RecordLedger, unedited.`;
}
