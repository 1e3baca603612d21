import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordLedger } from '../src/record-ledger.js';
import { type Copy, identifyCopy, pageOf } from './support/stored-pages.js';
import { temporaryFolder } from './support/temporary-folder.js';

const copies: readonly Copy[] = [
  { key: 'a', id: '1', checksum: 11 },
  { key: 'b', id: '2', checksum: 12 },
  { key: 'a', id: '3', checksum: 13 },
];

function fill(ledger: RecordLedger): void {
  ledger.accepted(copies[0] as Copy);
  ledger.acceptedMany(copies.slice(1));
  ledger.acceptedMany([]);
  ledger.failed({ id: '3', mayBeStored: false });
}

const stored = () => [pageOf(copies.slice(0, 2))];

describe('RecordLedger', () => {
  test('in memory', async () => {
    const ledger = new RecordLedger();
    fill(ledger);
    const verdict = await RecordLedger.judge({ ledgers: [ledger], stored: stored(), identify: identifyCopy });
    expect(verdict).toMatchObject({ ok: true, accepted: 3, stored: 2, failed: 1 });
    ledger.close();
  });

  test('in a file: one line an event, read by path or by ledger', async () => {
    const path = join(temporaryFolder(), 'ledger.ndjson');
    const ledger = new RecordLedger({ path });
    fill(ledger);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual([
      '{"event":"accepted","key":"a","id":"1","checksum":11}',
      '{"event":"accepted","key":"b","id":"2","checksum":12}',
      '{"event":"accepted","key":"a","id":"3","checksum":13}',
      '{"event":"failed","id":"3","mayBeStored":false}',
      '',
    ]);
    ledger.close();
    for (const source of [path, ledger]) {
      const verdict = await RecordLedger.judge({
        ledgers: [source],
        stored: stored(),
        identify: identifyCopy,
      });
      expect(verdict).toMatchObject({ ok: true, accepted: 3, stored: 2, failed: 1 });
    }
  });

  test('several ledgers are one run', async () => {
    const path = join(temporaryFolder(), 'ledger.ndjson');
    const inFile = new RecordLedger({ path });
    inFile.accepted(copies[0] as Copy);
    inFile.close();
    const inMemory = new RecordLedger();
    inMemory.accepted(copies[1] as Copy);
    const verdict = await RecordLedger.judge({
      ledgers: [path, inMemory],
      stored: stored(),
      identify: identifyCopy,
      repeatsAllowed: false,
    });
    expect(verdict).toMatchObject({ ok: true, accepted: 2, stored: 2 });
  });

  test('may be written while the stream is read', async () => {
    const ledger = new RecordLedger();
    async function* reading() {
      for (const copy of copies) {
        ledger.accepted(copy);
        yield pageOf([copy]);
      }
    }
    const verdict = await RecordLedger.judge({
      ledgers: [ledger],
      stored: reading(),
      identify: identifyCopy,
    });
    expect(verdict).toMatchObject({ ok: true, accepted: 3, stored: 3 });
  });

  test('hands on why a stream or a ledger cannot be read', async () => {
    const failure = new Error('stream gone');
    async function* broken() {
      yield pageOf([]);
      throw failure;
    }
    const options = { identify: identifyCopy, stored: broken() };
    await expect(RecordLedger.judge({ ledgers: [], ...options })).rejects.toBe(failure);
    const missing = RecordLedger.judge({ ledgers: ['no-such-ledger'], stored: [], identify: identifyCopy });
    await expect(missing).rejects.toMatchObject({ code: 'LEDGER_UNREADABLE' });
  });

  test('refuses options that it does not know, or that are wrong', async () => {
    const ledgerOptions: readonly [string, unknown][] = [
      ['path', ''],
      ['path', 7],
      ['file', 'ledger.ndjson'],
    ];
    for (const [option, value] of ledgerOptions) {
      expect(() => new RecordLedger({ [option]: value })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', option }),
      );
    }
    const judgeOptions: readonly [string, unknown][] = [
      ['ledgers', undefined],
      ['ledgers', [7]],
      ['ledgers', new RecordLedger()],
      ['stored', undefined],
      ['stored', {}],
      ['stored', 'pages'],
      ['identify', undefined],
      ['repeatsAllowed', 0],
      ['ordering', 'shard'],
      ['listed', -1],
      ['repeatAllowed', false],
    ];
    for (const [option, value] of judgeOptions) {
      const given = { ledgers: [], stored: [], identify: identifyCopy, [option]: value };
      await expect(RecordLedger.judge(given)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    }
  });
});
