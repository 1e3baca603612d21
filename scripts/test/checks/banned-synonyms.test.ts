import { expect, test } from 'vitest';
import { bannedSynonyms } from '../../checks/banned-synonyms.js';
import { foundBy } from './found-by.js';

const judge = (line: string) => foundBy(bannedSynonyms, { 'packages/core/etc/core.api.md': line });

test.each([
  '    readonly startOffset: number;',
  '    commitRecord(): void;',
  '    readonly messages: readonly string[];',
  '    readonly partitionCount: number;',
  'export function partitionOf(key: string): number;',
])('finds %s', async (line) => {
  expect(await judge(line)).toHaveLength(1);
});

test.each([
  '    readonly partitionKey: string;',
  '    readonly partitionKeys: readonly string[];',
  '    constructor(message: string, options: ErrorOptions);',
  '// @public (undocumented message)',
  '    readonly sequenceNumber: string;',
  '    readonly errorMessage?: string;',
  "    readonly distribution?: 'user-partition-key' | 'auto';",
])('allows %s', async (line) => {
  expect(await judge(line)).toEqual([]);
});
