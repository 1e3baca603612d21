import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/* The page that leads from each case of the KPL to its test is as complete as the tests are. */

const tests = new URL('../', import.meta.url);
const page = readFileSync(new URL('../../../docs/conformance-kpl.md', tests), 'utf8');

/** What the last column of the tables names. */
const named = [...page.matchAll(/\| `([\w./-]+\.test\.ts)`: (.+) \|$/gm)].map(
  ([, file = '', title = '']) => ({
    file,
    title,
  }),
);

/** Titles of the tests in a file; of tables, the title with its placeholders. */
function titlesIn(file: string): readonly string[] {
  const text = readFileSync(new URL(file, tests), 'utf8');
  const titles = [...text.matchAll(/(?:^test\(|\)\()\s*(?:'((?:[^'\\]|\\.)+)'|"([^"]+)"),\s*async/gm)];
  return titles.map(([, single, double]) => single ?? double ?? '');
}

test('every test that the page names exists', () => {
  expect(named.length).toBeGreaterThan(55);
  const missing = named.filter(({ file, title }) => !titlesIn(file).includes(title));
  expect(missing).toEqual([]);
});

test('every case of the conformance tests is on the page', () => {
  const files = readdirSync(new URL('conformance/', tests)).filter((file) => /\.test\.ts$/.test(file));
  const cases = files
    .filter((file) => file !== 'documented.test.ts')
    .flatMap((file) =>
      titlesIn(`conformance/${file}`).map((title) => ({ file: `conformance/${file}`, title })),
    );
  expect(cases.length).toBeGreaterThan(40);
  const unnamed = cases.filter(
    ({ file, title }) => !named.some((row) => row.file === file && row.title === title),
  );
  expect(unnamed).toEqual([]);
});

test('every row says with what change its test was seen to fail', () => {
  const rows = [...page.matchAll(/^\| (?!---|Case|Complaint)(.+) \|$/gm)].map(([, row = '']) => row);
  const tested = rows.filter((row) => row.includes('.test.ts`: '));
  expect(tested).toHaveLength(named.length);
  expect(tested.filter((row) => !/^[^|]+ \| [^|]+ \| [^|]+\. \| `[^|]+$/.test(row))).toEqual([]);
});

test('each of the fifteen complaints has its test', () => {
  const numbers = [...page.matchAll(/^\| (\d+)\. /gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
});
