import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Baseline,
  compareWithBaseline,
  mergeBaseline,
  passes,
  readBaseline,
  writeBaseline,
} from '../baseline.js';
import type { Result } from '../harness.js';

const machine = {
  cpu: 'some',
  cores: 2,
  memoryGigabytes: 8,
  os: 'Linux',
  node: '20.0.0',
  commit: 'abc',
  measuredAt: '2026-11-21T00:00:00.000Z',
};

const result = (name: string, ratios: Record<string, number>): Result => ({
  benchmark: 'b',
  name,
  unit: 'records per CPU second',
  value: 1,
  runs: [1],
  spread: 0,
  perWallSecond: 1,
  payloadMegabytes: 1,
  gcShare: 0,
  facts: {},
  ratios,
  references: [],
});

const baseline = (ratios: Baseline['ratios']): Baseline => ({ measuredOn: machine, ratios });

describe('compareWithBaseline', () => {
  it('keeps a ratio of 0.85 of its baseline and fails just below', () => {
    const before = baseline({ line: { peer: 2 } });
    const kept = compareWithBaseline([result('line', { peer: 1.7 })], before);
    expect(kept).toMatchObject([{ verdict: 'kept', before: 2, now: 1.7, change: 0.85 }]);
    expect(passes(kept)).toBe(true);
    const worse = compareWithBaseline([result('line', { peer: 1.69 })], before);
    expect(worse).toMatchObject([{ verdict: 'worse' }]);
    expect(passes(worse)).toBe(false);
  });

  it('compares ratios whatever the absolute value', () => {
    const slowMachine = { ...result('line', { peer: 2 }), value: 0.001 };
    expect(passes(compareWithBaseline([slowMachine], baseline({ line: { peer: 2 } })))).toBe(true);
  });

  it('fails when one of several ratios fell', () => {
    const changes = compareWithBaseline(
      [result('line', { floor: 0.5, peer: 1 })],
      baseline({ line: { floor: 0.5, peer: 2 } }),
    );
    expect(changes.map(({ verdict }) => verdict)).toEqual(['kept', 'worse']);
    expect(passes(changes)).toBe(false);
  });

  it('reports what is new, and passes it', () => {
    const changes = compareWithBaseline([result('line', { peer: 1 })], baseline({}));
    expect(changes).toMatchObject([{ verdict: 'new', before: undefined }]);
    expect(passes(changes)).toBe(true);
  });

  it('fails when a reference is gone', () => {
    const changes = compareWithBaseline([result('line', {})], baseline({ line: { peer: 2 } }));
    expect(changes).toMatchObject([{ verdict: 'missing', reference: 'peer' }]);
    expect(passes(changes)).toBe(false);
  });

  it('does not judge lines that did not run', () => {
    expect(compareWithBaseline([], baseline({ line: { peer: 2 } }))).toEqual([]);
  });

  it('counts what is not a number as worse', () => {
    const changes = compareWithBaseline(
      [result('line', { peer: Number.NaN })],
      baseline({ line: { peer: 2 } }),
    );
    expect(passes(changes)).toBe(false);
  });
});

describe('mergeBaseline', () => {
  it('replaces lines that ran and keeps the others', () => {
    const merged = mergeBaseline(
      baseline({ old: { peer: 1 }, line: { peer: 1, gone: 1 } }),
      [result('line', { peer: 3 })],
      machine,
    );
    expect(merged.ratios).toEqual({ old: { peer: 1 }, line: { peer: 3 } });
  });
});

describe('baseline files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baseline-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const url = () => pathToFileURL(`${folder}/baselines/`);

  it('are read as they were written', async () => {
    const written = baseline({ line: { peer: 2 } });
    await writeBaseline(url(), 'b', written);
    expect(await readBaseline(url(), 'b')).toEqual(written);
  });

  it('may be absent', async () => {
    expect(await readBaseline(url(), 'b')).toBeUndefined();
  });

  it('are refused when they are broken', async () => {
    await writeBaseline(url(), 'b', baseline({}));
    await writeFile(new URL('b.json', url()), '{');
    await expect(readBaseline(url(), 'b')).rejects.toThrow(SyntaxError);
  });
});
