import { appendFileSync, readFileSync } from 'node:fs';
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

  test('deliveries: in memory and in files of their own, held against those of producers', async () => {
    const producer = new RecordLedger();
    producer.acceptedMany(copies);
    producer.failed({ id: '3', mayBeStored: true });
    const place = { shardId: 's', subSequenceNumber: 0 };
    const [first, second] = [
      { key: 'a', id: '1', sequenceNumber: '7', ...place },
      { key: 'b', id: '2', sequenceNumber: '8', ...place },
    ];
    const path = join(temporaryFolder(), 'worker.ndjson');
    const inFile = new RecordLedger({ path });
    inFile.delivered(first);
    inFile.deliveredMany([first, second]);
    inFile.close();
    expect(readFileSync(path, 'utf8').split('\n')).toEqual([
      '{"event":"delivered","key":"a","id":"1","shardId":"s","sequenceNumber":"7","subSequenceNumber":0}',
      '{"event":"delivered","key":"a","id":"1","shardId":"s","sequenceNumber":"7","subSequenceNumber":0}',
      '{"event":"delivered","key":"b","id":"2","shardId":"s","sequenceNumber":"8","subSequenceNumber":0}',
      '',
    ]);
    const inMemory = new RecordLedger();
    inMemory.delivered(first);
    inMemory.deliveredMany([second]);
    const given = { accepted: [producer], delivered: [path, inMemory] };
    expect(await RecordLedger.judgeDeliveries(given)).toMatchObject({
      ok: true,
      accepted: 3,
      failed: 1,
      delivered: 2,
      samePlace: 3,
      deliveries: [3, 2],
    });
    expect(await RecordLedger.judgeDeliveries({ ...given, redeliveryAllowed: false })).toMatchObject({
      ok: false,
    });
  });

  test('deliveries: a line that a killed worker left unfinished is passed over', async () => {
    const path = join(temporaryFolder(), 'worker.ndjson');
    const worker = new RecordLedger({ path });
    const place = { shardId: 's', subSequenceNumber: 0 };
    worker.delivered({ key: 'a', id: '1', sequenceNumber: '7', ...place });
    worker.close();
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, whole.slice(0, -20));
    const producer = new RecordLedger();
    producer.accepted({ key: 'a', id: '1' });
    const judged = () => RecordLedger.judgeDeliveries({ accepted: [producer], delivered: [path] });
    expect(await judged()).toMatchObject({ ok: true, deliveries: [1] });
    new RecordLedger({ path }).close();
    expect(readFileSync(path, 'utf8')).toBe(whole);
    expect(await judged()).toMatchObject({ ok: true, deliveries: [1] });
  });

  test('a ledger may hold what was put and what was delivered', async () => {
    const ledger = new RecordLedger();
    ledger.accepted({ key: 'a', id: '1', checksum: 11 });
    ledger.delivered({ key: 'a', id: '1', shardId: 's', sequenceNumber: '7', subSequenceNumber: 0 });
    const stream = { stored: [pageOf(copies.slice(0, 1))], identify: identifyCopy };
    expect(await RecordLedger.judge({ ledgers: [ledger], ...stream })).toMatchObject({ ok: true, stored: 1 });
    const both = { accepted: [ledger], delivered: [ledger] };
    expect(await RecordLedger.judgeDeliveries(both)).toMatchObject({ ok: true, delivered: 1 });
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
    const deliveriesOptions: readonly [string, unknown][] = [
      ['accepted', undefined],
      ['accepted', [7]],
      ['delivered', undefined],
      ['delivered', new RecordLedger()],
      ['redeliveryAllowed', 'no'],
      ['ordering', 'worker'],
      ['listed', 0.5],
      ['stored', []],
    ];
    for (const [option, value] of deliveriesOptions) {
      const given = { accepted: [], delivered: [], [option]: value };
      await expect(RecordLedger.judgeDeliveries(given)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        option,
      });
    }
  });
});
