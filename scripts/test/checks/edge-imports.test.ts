import { expect, test } from 'vitest';
import { edgeImports } from '../../checks/edge-imports.js';
import { edgeFiles } from '../../checks/exceptions.js';
import { foundBy } from './found-by.js';

/** The listed files themselves, so that their exceptions are in use. */
const listed = {
  ...Object.fromEntries(
    edgeFiles.awsSdk.map(({ path }) => [path, "import { C } from '@aws-sdk/client-kinesis';"]),
  ),
  ...Object.fromEntries(edgeFiles.queue.map(({ path }) => [path, "import PQueue from 'p-queue';"])),
  ...Object.fromEntries(edgeFiles.machine.map(({ path }) => [path, "import 'node:http';"])),
};

test('types of the SDK may be used anywhere, its values in the listed files', async () => {
  const text = "import type { KinesisClient } from '@aws-sdk/client-kinesis';";
  expect(await foundBy(edgeImports, { ...listed, 'packages/core/src/a.ts': text })).toEqual([]);
});

test.each([
  ["import { KinesisClient } from '@aws-sdk/client-kinesis';", 'the AWS SDK'],
  ["import { type KinesisClient } from '@aws-sdk/client-kinesis';", 'the AWS SDK'],
  ["import { NodeHttpHandler } from '@smithy/node-http-handler';", 'the AWS SDK'],
  ["const sdk = await import('@aws-sdk/client-kinesis');", 'the AWS SDK'],
  ["import PQueue from 'p-queue';", 'p-queue'],
  ["import { request } from 'node:https';", 'the network'],
  ["import { readFileSync } from 'fs';", 'the network'],
])('elsewhere: %s', async (text, what) => {
  const found = await foundBy(edgeImports, { ...listed, 'packages/core/src/elsewhere.ts': text });
  expect(found).toEqual([expect.stringContaining(what)]);
});
