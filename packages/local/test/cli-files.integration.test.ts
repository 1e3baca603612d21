/** The files that the command line names, on a real disk. Catches a system error that reaches the user as it is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNamedFile, writeNamedFile } from '../src/cli-files.js';
import { CliUsageError } from '../src/cli-usage-error.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('files that the command line names', () => {
  it('are written and read', async () => {
    const path = join(folder, 'a');
    await writeNamedFile(path, 'grün');
    expect(await readNamedFile(path)).toBe('grün');
    await writeNamedFile(path, 'b');
    expect(await readNamedFile(path)).toBe('b');
  });

  it('are named when they cannot be', async () => {
    const nowhere = join(folder, 'no', 'file');
    await expect(readNamedFile(nowhere)).rejects.toThrow(
      new CliUsageError(`Cannot read ${nowhere}: there is no such file or directory.`),
    );
    await expect(writeNamedFile(nowhere, '')).rejects.toThrow(
      new CliUsageError(`Cannot write ${nowhere}: there is no such file or directory.`),
    );
    await expect(writeNamedFile(folder, '')).rejects.toThrow(`Cannot write ${folder}: it is a directory.`);
  });
});
