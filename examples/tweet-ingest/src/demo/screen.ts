import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Colors } from 'picocolors/types.js';
import { render, renderPlain } from './render.js';
import type { Snapshot } from './snapshot.js';

/** Where the demo shows itself. */
export interface Screen {
  /** How often {@link Screen.show} should be called, in milliseconds. */
  readonly everyMs: number;
  /** Shows the state of things, in place of the one before if the screen can. */
  show(snapshot: Snapshot): void;
  /** Says something that stays. */
  say(text: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

/** One line a second, for pipes and logs. */
export class PlainScreen implements Screen {
  readonly everyMs = 1_000;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  show(snapshot: Snapshot): void {
    this.#write(`${renderPlain(snapshot)}\n`);
  }

  say(text: string): void {
    this.#write(`${text}\n`);
  }

  close(): void {}
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A view on a terminal that is redrawn in place. */
export class LiveScreen implements Screen {
  readonly everyMs = 200;
  readonly #terminal: Writable;
  readonly #colors: Colors;
  #drawn: readonly string[] = [];
  #closed = false;

  constructor(terminal: Writable, colors: Colors) {
    this.#terminal = terminal;
    this.#colors = colors;
    terminal.write(hideCursor);
  }

  show(snapshot: Snapshot): void {
    if (!this.#closed) this.#draw(render(snapshot, this.#colors));
  }

  /** Above the view. */
  say(text: string): void {
    const view = this.#drawn;
    this.#draw([]);
    this.#terminal.write(`${text}\n`);
    this.#draw(view);
  }

  /** The view goes; what was said stays. */
  close(): void {
    this.#draw([]);
    this.#terminal.write(showCursor);
    this.#closed = true;
  }

  #draw(lines: readonly string[]): void {
    this.#terminal.cork();
    if (this.#drawn.length > 0) {
      moveCursor(this.#terminal, 0, -this.#drawn.length);
      cursorTo(this.#terminal, 0);
      clearScreenDown(this.#terminal);
    }
    if (lines.length > 0) this.#terminal.write(`${lines.join('\n')}\n`);
    this.#terminal.uncork();
    this.#drawn = lines;
  }
}
