import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OptionRow } from '../../packages/core/src/options.js';
import type { OptionTablePlace } from '../checks/option-tables.js';

/** An option table with where it belongs. */
export interface NamedTable {
  /** Such as `@shardline/producer`. */
  readonly owner: string;
  /** Such as `ProducerOptions`. */
  readonly options: string;
  readonly rows: Readonly<Record<string, OptionRow>>;
}

/** Reads the tables from the packages' sources; needs the export condition `@shardline/source`. */
export async function loadTables(
  root: string,
  places: readonly OptionTablePlace[],
): Promise<readonly NamedTable[]> {
  return Promise.all(
    places.map(async ({ path, name, options = name }) => {
      const module = (await import(pathToFileURL(join(root, path)).href)) as Record<
        string,
        NamedTable['rows']
      >;
      const rows = module[name];
      if (rows === undefined) throw new Error(`${path} does not export ${name}`);
      return { owner: `@shardline/${path.split('/')[1]}`, options, rows };
    }),
  );
}

const head = `# Options

Made from the option tables that the packages validate with. Do not edit: change the table and run \`pnpm fix\`.
`;

/** docs/options.md. */
export function optionPage(tables: readonly NamedTable[]): string {
  const sorted = [...tables].sort(
    (left, right) => compare(left.owner, right.owner) || compare(left.options, right.options),
  );
  return `${head}${sorted.map(section).join('')}`;
}

function section({ owner, options, rows }: NamedTable): string {
  const named = Object.values(rows).some(({ javaName }) => javaName !== undefined);
  const columns = ['Option', 'Value', 'Default', ...(named ? ['KPL / KCL name'] : []), 'What it does', 'Why'];
  const lines = Object.entries(rows).map(([name, row]) => {
    const java = named ? [row.javaName ?? ''] : [];
    return [`\`${name}\``, row.expected, defaultOf(row), ...java, row.summary, row.reason ?? ''];
  });
  const table = [columns, columns.map(() => '---'), ...lines].map(tableLine).join('\n');
  return `\n## ${owner}: ${options}\n\n${table}\n`;
}

function defaultOf(row: OptionRow): string {
  if (row.required === true) return 'required';
  const { defaultValue } = row;
  if (defaultValue === undefined) return '';
  if (typeof defaultValue === 'number' && !Number.isFinite(defaultValue)) return `\`${defaultValue}\``;
  if (typeof defaultValue === 'number')
    return `\`${defaultValue.toLocaleString('en-US').replaceAll(',', '_')}\``;
  if (typeof defaultValue === 'string') return `\`'${defaultValue}'\``;
  return typeof defaultValue === 'function' ? 'a function' : `\`${JSON.stringify(defaultValue)}\``;
}

function tableLine(cells: readonly string[]): string {
  const clean = cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '));
  return `| ${clean.join(' | ')} |`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
