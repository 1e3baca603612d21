import { Writable } from 'node:stream';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { render, renderPlain } from '../src/demo/render.js';
import { LiveScreen, PlainScreen } from '../src/demo/screen.js';
import type { Snapshot } from '../src/demo/snapshot.js';

const colors = picocolors.createColors(false);

const snapshot = (activity: string, shardCount: number): Snapshot => ({
  elapsedMs: 1_000,
  loadMs: 2_000,
  activity,
  offeredPerSecond: 1,
  storedPerSecond: 1,
  recordsPerSecond: 1,
  deliveredPerSecond: 1,
  behindMs: 0,
  tweetsPerRecord: 1,
  throttledRecords: 0,
  latency: undefined,
  outstandingRecords: 0,
  outstandingBytes: 0,
  shards: Array.from({ length: shardCount }, (_, index) => ({
    shardId: `shardId-${index}`,
    bytesPerSecond: 0,
    recordsPerSecond: 0,
    state: 'open',
    note: '',
    worker: 'w1',
    deliveredPerSecond: 0,
    behindMs: 0,
    finished: false,
  })),
});

const visible = (text: string) => text.replaceAll('\u001b', '␛');

/** What a terminal shows after `written`: line feeds, cursor up, cursor to column 1, clear to the end of the screen. */
function shown(written: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [piece, count, control] of visible(written).matchAll(/␛\[\??(\d*)([A-Za-z])|\n|[^␛\n]+/g)) {
    if (piece === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (control === 'A') row -= Number(count);
    else if (control === 'J') lines.splice(row, lines.length, '');
    else if (control === undefined) lines[row] += piece;
  }
  return lines;
}

describe('LiveScreen', () => {
  it('draws over the view before, keeps what is said above it, and goes without a trace', () => {
    let written = '';
    const terminal = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        written += text;
        done();
      },
    });
    const now = () => shown(written);
    const screen = new LiveScreen(terminal, colors);
    const [small, large] = [snapshot('first', 1), snapshot('second', 5)];
    screen.say('header');
    screen.show(large);
    screen.show(small);
    expect(now()).toEqual(['header', ...render(small, colors), '']);
    screen.say('a shard is split');
    screen.show(large);
    expect(now()).toEqual(['header', 'a shard is split', ...render(large, colors), '']);
    screen.close();
    screen.show(small);
    screen.say('verdict');
    expect(now()).toEqual(['header', 'a shard is split', 'verdict', '']);
    expect(written.startsWith('\u001b[?25l')).toBe(true);
    expect(written).toContain('\u001b[?25h');
  });
});

describe('PlainScreen', () => {
  it('writes a line for everything', () => {
    const written: string[] = [];
    const screen = new PlainScreen((text) => written.push(text));
    screen.say('header');
    screen.show(snapshot('x', 1));
    screen.close();
    expect(written).toEqual(['header\n', `${renderPlain(snapshot('x', 1))}\n`]);
  });
});
