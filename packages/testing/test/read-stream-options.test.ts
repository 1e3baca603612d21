import { systemClock, systemRandom } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import { readStream } from '../src/read-stream.js';
import { resolveReadStreamOptions } from '../src/read-stream-options.js';

const kinesis = { call: async () => ({}) };

describe('options of readStream', () => {
  test('defaults', async () => {
    const resolved = resolveReadStreamOptions({ kinesis, stream: 's' });
    expect(resolved).toEqual({
      kinesis,
      stream: 's',
      readAs: 'shardline',
      until: expect.any(Promise),
      pollMs: 250,
      settleMs: 1_000,
      callTimeoutMs: 10_000,
      giveUpAfterMs: 60_000,
      clock: systemClock,
      random: systemRandom,
    });
    await expect(resolved.until).resolves.toBeUndefined();
  });

  test('refusals name the option, at the first page', async () => {
    const wrong: readonly [string, unknown][] = [
      ['kinesis', {}],
      ['stream', ''],
      ['readAs', 'kpl'],
      ['until', true],
      ['pollMs', 0],
      ['settleMs', -1],
      ['callTimeoutMs', 0],
      ['giveUpAfterMs', Number.NaN],
      ['clock', null],
      ['random', 4],
      ['follow', true],
    ];
    for (const [option, value] of wrong) {
      const pages = readStream({ kinesis, stream: 's', [option]: value });
      await expect(pages.next()).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    }
  });
});
