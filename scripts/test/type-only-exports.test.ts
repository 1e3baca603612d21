import { expect, test } from 'vitest';
import { withTypeOnlyExports } from '../type-only-exports.js';

const door = `
export type { InvalidOptionError, ShardlineError } from '@shardline/core';
export { Connection, type Stats } from '@shardline/core/connection';
export type { RecordWritable as Sink } from './record-writable.js';
export { Producer } from './producer.js';
`;

test('what the door has as a type alone is declared as one, values stay values', () => {
  const bundled = `import { ShardlineError } from '@shardline/core';
export { InvalidOptionError, ShardlineError } from '@shardline/core';
export { Connection, Stats } from '@shardline/core/connection';
declare class RecordWritable$1 {}
export { Producer, RecordWritable$1 as Sink, type Stats as Stats2 };
`;
  expect(withTypeOnlyExports(door, bundled)).toBe(`import { ShardlineError } from '@shardline/core';
export { type InvalidOptionError, type ShardlineError } from '@shardline/core';
export { Connection, type Stats } from '@shardline/core/connection';
declare class RecordWritable$1 {}
export { Producer, type RecordWritable$1 as Sink, type Stats as Stats2 };
`);
});

test('what is declared as a type already is left as it is', () => {
  const bundled =
    'export { type Sink };\nexport type { Stats } from "./chunk.js";\nexport * from "./more.js";\n';
  expect(withTypeOnlyExports(door, bundled)).toBe(bundled);
});

test('a program that exports nothing, or declares where it stands, has nothing to mend', () => {
  expect(withTypeOnlyExports('run();\n', 'export { };\n')).toBe('export { };\n');
  expect(withTypeOnlyExports('export const a = 1;\n', 'export declare const a = 1;\n')).toBe(
    'export declare const a = 1;\n',
  );
});
