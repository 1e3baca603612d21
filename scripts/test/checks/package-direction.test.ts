import { expect, test } from 'vitest';
import { packageDirection } from '../../checks/package-direction.js';
import { foundBy } from './found-by.js';

const doors = {
  'packages/core/package.json': JSON.stringify({ exports: { '.': {}, './internal': {}, './events': {} } }),
};

test('what the architecture draws is allowed', async () => {
  const found = await foundBy(packageDirection, {
    ...doors,
    'packages/producer/src/a.ts':
      "import { x } from '@shardline/core/internal';\nimport { y } from './b.js';",
    'packages/local/src/operations/a.ts': "import { x } from '../b.js';\nimport 'node:http';",
    'packages/checkpoint-dynamodb/src/a.ts': "import type { L } from '@shardline/consumer';",
    'examples/tweets/src/a.ts':
      "import { Producer } from '@shardline/producer';\nimport { e } from '@shardline/core/events';",
  });
  expect(found).toEqual([]);
});

test.each([
  ['packages/producer/src/a.ts', "import { Consumer } from '@shardline/consumer';", 'must not import'],
  ['packages/consumer/src/a.ts', "import type { P } from '@shardline/producer';", 'must not import'],
  ['packages/core/src/a.ts', "import { x } from '@shardline/testing';", 'must not import'],
  ['packages/aggregation/src/a.ts', "import { x } from '@shardline/core';", 'must not import'],
  ['packages/checkpoint-dynamodb/src/a.ts', "import { L } from '@shardline/consumer';", 'types only'],
  ['packages/producer/src/a.ts', "import { x } from '@shardline/core/src/loop.js';", 'past the doors'],
  ['packages/core/src/a.ts', "import { x } from '@shardline/core/internal';", 'own package by name'],
  ['packages/producer/src/a.ts', "import { x } from '../../core/src/loop.js';", 'leaves src'],
  ['packages/newcomer/src/a.ts', "import { x } from '@shardline/core';", 'has no row'],
  ['examples/tweets/src/a.ts', "import { x } from '@shardline/core/internal';", 'what a user can'],
])('%s: %s', async (path, text, problem) => {
  expect(await foundBy(packageDirection, { ...doors, [path]: text })).toEqual([
    expect.stringContaining(problem),
  ]);
});
