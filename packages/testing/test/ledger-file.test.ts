import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acceptedLine, deliveredLine, failedLine, type LedgerEvent } from '../src/ledger-event.js';
import { LedgerFile, readLedgerFile } from '../src/ledger-file.js';
import { temporaryFolder } from './support/temporary-folder.js';

async function eventsIn(path: string, only?: LedgerEvent['event']): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for await (const chunk of readLedgerFile(path, only)) events.push(...chunk);
  return events;
}

const place = { shardId: 's', sequenceNumber: '7', subSequenceNumber: 0 };

const newPath = () => join(temporaryFolder(), 'ledger.ndjson');

describe('LedgerFile', () => {
  test('has written when append returns, and goes on where an earlier writer ended', () => {
    const path = newPath();
    const first = new LedgerFile(path);
    first.append('one\n');
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    first.append('');
    first.close();
    const second = new LedgerFile(path);
    second.append('zwei ö 🙂\n');
    expect(readFileSync(path, 'utf8')).toBe('one\nzwei ö 🙂\n');
    second.close();
  });

  test('cuts off the line that a killed writer left unfinished, and goes on after the last whole one', () => {
    const whole = acceptedLine({ key: 'k', id: '1' });
    const long = acceptedLine({ key: '語'.repeat(100_000), id: '2' });
    const torn = ['', whole.slice(0, 5), whole.slice(0, -1), long.slice(0, -1)];
    const delivered = deliveredLine({ ...place, key: 'k', id: '1' });
    for (const before of ['', whole, long, delivered]) {
      for (const tail of [...torn, delivered.slice(0, -2), delivered.slice(0, 12)]) {
        const path = newPath();
        writeFileSync(path, before + tail);
        const file = new LedgerFile(path);
        file.append(failedLine({ id: '1', mayBeStored: true }));
        file.close();
        expect(readFileSync(path, 'utf8')).toBe(before + failedLine({ id: '1', mayBeStored: true }));
      }
    }
  });

  test('leaves a file alone that is not a ledger', () => {
    const path = newPath();
    writeFileSync(path, 'Dear diary');
    expect(() => new LedgerFile(path)).toThrow(expect.objectContaining({ code: 'LEDGER_UNWRITABLE' }));
    expect(readFileSync(path, 'utf8')).toBe('Dear diary');
  });

  test.skipIf(!existsSync('/dev/full'))(
    'takes nothing more after a failed write (on /dev/full, which Linux has)',
    () => {
      const file = new LedgerFile('/dev/full');
      expect(() => file.append('one\n')).toThrow(
        expect.objectContaining({
          code: 'LEDGER_UNWRITABLE',
          cause: expect.objectContaining({ code: 'ENOSPC' }),
        }),
      );
      expect(() => file.append('two\n')).toThrow(/an earlier write failed/);
      file.close();
    },
  );

  test('takes lines longer than its buffer', () => {
    const path = newPath();
    const file = new LedgerFile(path);
    const long = `${'語'.repeat(100_000)}\n`;
    file.append(long);
    file.append('short\n');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe(`${long}short\n`);
  });

  test('says what it cannot write to', () => {
    const path = join(temporaryFolder(), 'no', 'such', 'folder');
    expect(() => new LedgerFile(path)).toThrow(
      expect.objectContaining({ code: 'LEDGER_UNWRITABLE', message: expect.stringContaining(path) }),
    );
    const closed = new LedgerFile(newPath());
    closed.close();
    closed.close();
    expect(() => closed.append('late\n')).toThrow(/is closed/);
  });
});

describe('readLedgerFile', () => {
  test('gives the events in the order written, over many chunks', async () => {
    const path = newPath();
    const records = Array.from({ length: 40_000 }, (_, index) => ({
      key: `schlüssel-${index % 7}`,
      id: String(index),
    }));
    writeFileSync(path, records.map(acceptedLine).join(''));
    const events = await eventsIn(path);
    expect(events).toHaveLength(records.length);
    expect(events.every((event, index) => event.id === String(index))).toBe(true);
  });

  test('gives one kind only if asked to', async () => {
    const path = newPath();
    const lines = [
      acceptedLine({ key: 'failed', id: '1' }),
      failedLine({ id: '1', mayBeStored: true }),
      deliveredLine({ ...place, key: 'k', id: '1' }),
    ];
    writeFileSync(path, lines.join(''));
    expect((await eventsIn(path, 'delivered')).map(({ event }) => event)).toEqual(['delivered']);
    expect(await eventsIn(path)).toHaveLength(3);
    expect((await eventsIn(path, 'accepted')).map(({ event }) => event)).toEqual(['accepted']);
    expect((await eventsIn(path, 'failed')).map(({ event }) => event)).toEqual(['failed']);
  });

  test('passes over a last line without an end', async () => {
    const path = newPath();
    const whole = acceptedLine({ key: 'k', id: '1' });
    for (const cut of ['', whole.slice(0, 5), whole.slice(0, -1)]) {
      writeFileSync(path, whole + cut);
      expect(await eventsIn(path)).toHaveLength(1);
    }
    writeFileSync(path, '');
    expect(await eventsIn(path)).toEqual([]);
  });

  test('refuses a damaged line whichever kind is asked for', async () => {
    const path = newPath();
    const whole = acceptedLine({ key: 'k', id: '1' });
    for (const damaged of [
      `X${whole.slice(1)}`,
      whole.replace('accepted', 'acXepted'),
      '\n',
      whole.slice(4),
    ]) {
      writeFileSync(path, whole + damaged + whole);
      for (const only of ['accepted', 'failed', 'delivered', undefined] as const) {
        await expect(eventsIn(path, only)).rejects.toMatchObject({
          code: 'LEDGER_UNREADABLE',
          message: expect.stringContaining(`${path}, line 2`),
        });
      }
    }
  });

  test('refuses a foreign line with its number, and a missing file', async () => {
    const path = newPath();
    const whole = acceptedLine({ key: 'k', id: '1' });
    writeFileSync(path, `${whole}${whole}what?\n${whole}`);
    await expect(eventsIn(path)).rejects.toMatchObject({
      code: 'LEDGER_UNREADABLE',
      message: expect.stringContaining(`${path}, line 3`),
    });
    await expect(eventsIn(`${path}.none`)).rejects.toMatchObject({
      code: 'LEDGER_UNREADABLE',
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
  });
});
