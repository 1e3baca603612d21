import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from '../src/open-ledger.js';
import { UsageError } from '../src/usage-error.js';

/** How a ledger is held against a stream is shown by ingest.integration.test.ts. */
describe('openLedger', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tweet-ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps none where none is asked for', () => {
    expect(openLedger(undefined)).toBeUndefined();
  });

  it('begins a new file, or an empty one', () => {
    const path = join(folder, 'ledger');
    expect(openLedger(path)).toBeDefined();
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(openLedger(path)).toBeDefined();
  });

  it('leaves the ledger of an earlier run alone', () => {
    const path = join(folder, 'ledger');
    writeFileSync(path, 'something');
    expect(() => openLedger(path)).toThrow(UsageError);
    expect(() => openLedger(path)).toThrow(`--ledger ${path} holds something already.`);
    expect(readFileSync(path, 'utf8')).toBe('something');
  });

  it('says where it cannot write', () => {
    const path = join(folder, 'no', 'such', 'folder');
    expect(() => openLedger(path)).toThrow(UsageError);
    expect(() => openLedger(path)).toThrow(path);
  });
});
