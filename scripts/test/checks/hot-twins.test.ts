import { expect, test } from 'vitest';
import { hotTwins } from '../../checks/hot-twins.js';
import { foundBy } from './found-by.js';

const fast = 'packages/aggregation/src/hot/md5.ts';
const plain = 'packages/aggregation/src/hot/md5.reference.ts';
const differential = 'packages/aggregation/test/hot/md5.test.ts';
const both = "import '../../src/hot/md5.js'; import '../../src/hot/md5.reference.js';";

test('a fast file with its twin and their test is in order', async () => {
  expect(await foundBy(hotTwins, { [fast]: '', [plain]: '', [differential]: both })).toEqual([]);
});

test.each([
  ['no twin', { [fast]: '', [differential]: both }, 'plain twin'],
  ['no test', { [fast]: '', [plain]: '' }, 'needs a test'],
  [
    'a test of one only',
    { [fast]: '', [plain]: '', [differential]: "import '../../src/hot/md5.js';" },
    'needs a test',
  ],
  ['a twin of nothing', { [plain]: '' }, 'does not exist'],
])('%s is a finding', async (_name, files, problem) => {
  expect(await foundBy(hotTwins, files)).toEqual([expect.stringContaining(problem)]);
});
