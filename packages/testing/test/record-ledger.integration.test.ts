import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, inject, test } from 'vitest';
import { parseLine } from '../src/ledger-event.js';
import { RecordLedger } from '../src/record-ledger.js';
import { identifyCopy, pageOf } from './support/stored-pages.js';
import { temporaryFolder } from './support/temporary-folder.js';

/*
 * Kills a real process in the middle of its writes. Catches lines that wait in the process when a call returns, and a reader
 * that trips over what such a death leaves. Cannot catch loss in the operating system: a power cut is not survived.
 */

const child = join(inject('programs')['packages/testing'], 'endless-writer.js');

/** Lets a child write, kills it once it has reported enough, and returns the last id it reported. */
async function killedWriter(manner: 'one' | 'many' | 'delivered' | 'stream', path: string): Promise<number> {
  const running = spawn(process.execPath, [child, manner, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(running, 'exit');
  let reported = -1;
  for await (const line of createInterface({ input: running.stdout })) {
    reported = Number(line);
    if (reported > 3_000 && !running.killed) running.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return reported;
}

function idsIn(path: string): readonly (string | undefined)[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => parseLine(line)?.id);
}

describe('a ledger whose process is killed', () => {
  test.each(['one', 'many'] as const)(
    'holds every record of every call that returned (%s)',
    async (manner) => {
      const path = join(temporaryFolder(), 'ledger.ndjson');
      const reported = await killedWriter(manner, path);
      const ids = idsIn(path);
      expect(reported).toBeGreaterThan(3_000);
      expect(ids.length).toBeGreaterThan(reported);
      expect(ids).toEqual(ids.map((_, index) => String(index)));
      const copies = ids.map((id, index) => ({ key: `key-${index % 5}`, id: id ?? '' }));
      const stored = [pageOf(copies)];
      const verdict = await RecordLedger.judge({ ledgers: [path], stored, identify: identifyCopy });
      expect(verdict).toMatchObject({ ok: true, accepted: ids.length, stored: ids.length });
    },
  );

  test('holds every delivery of every call that returned', async () => {
    const path = join(temporaryFolder(), 'worker.ndjson');
    const reported = await killedWriter('delivered', path);
    const ids = idsIn(path);
    expect(ids.length).toBeGreaterThan(reported);
    const producer = new RecordLedger();
    producer.acceptedMany(ids.map((id, index) => ({ key: `key-${index % 5}`, id: id ?? '' })));
    const verdict = await RecordLedger.judgeDeliveries({ accepted: [producer], delivered: [path] });
    expect(verdict).toMatchObject({ ok: true, delivered: ids.length, deliveredAgain: 0 });
  });

  test('would not if it wrote as streams do: the test can fail', async () => {
    const path = join(temporaryFolder(), 'ledger.ndjson');
    const reported = await killedWriter('stream', path);
    expect(idsIn(path).length).toBeLessThan(reported);
  });
});
