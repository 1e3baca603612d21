import { rm } from 'node:fs/promises';
import { afterAll } from 'vitest';
import type { Surroundings } from '../../benchmark.js';
import { bundle } from '../../bundle.js';
import { startNullServer } from '../../start-null-server.js';

/** The compiled cases and a null server for them, until the tests of the file are over. */
export async function bundledCases(): Promise<{
  readonly folder: string;
  readonly surroundings: Surroundings;
}> {
  const folder = await bundle();
  const surroundings = await startNullServer(folder);
  afterAll(async () => {
    await surroundings.close();
    await rm(folder, { recursive: true });
  });
  return { folder, surroundings };
}
