import { readFileSync } from 'node:fs';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../src/table-api.js';

type Json = Readonly<Record<string, unknown>>;

/** A version of an item as the KCL wrote it. */
export interface GoldenVersion {
  readonly table: string;
  readonly leaseKey: string;
  readonly item: Item;
}

const folder = new URL('../golden/kcl/', import.meta.url);

function read<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Content;
}

/** What the KCL had in its table at the named moment. */
export function goldenItem(moment: string): Item {
  const found = read<Record<string, { readonly item: Json }>>('items.json')[moment];
  if (!found) throw new Error(`No golden item is called "${moment}".`);
  return itemOf(found.item);
}

/** Every version of every item in both captures. */
export function goldenVersions(): readonly GoldenVersion[] {
  return ['item-histories.json', 'extra-item-histories.json'].flatMap((file) => {
    const { tables } = read<{ tables: Record<string, Record<string, { readonly item: Json | null }[]>> }>(
      file,
    );
    return Object.entries(tables).flatMap(([table, items]) =>
      Object.entries(items).flatMap(([leaseKey, versions]) =>
        versions.flatMap(({ item }) => (item ? [{ table, leaseKey, item: itemOf(item) }] : [])),
      ),
    );
  });
}

/** The CreateTable and UpdateTable requests of the KCL for its own table. */
export function goldenTableRequests(): readonly Readonly<Record<string, unknown>>[] {
  const calls = read<Record<string, { request: Record<string, unknown> }[]>>('tables.json')['golden-main'];
  return (calls ?? []).map(({ request }) => request);
}

/** An item as it can be compared: sets in order, which DynamoDB does not keep, numbers in one notation. */
export function comparable(item: Item | undefined): Item | undefined {
  if (!item) return undefined;
  const one = (value: AttributeValue): AttributeValue => {
    if (value.SS) return { SS: [...value.SS].sort() };
    return value.N === undefined ? value : { N: String(Number(value.N)) };
  };
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, one(value)]));
}

/** JSON has binary in base64. */
function itemOf(json: Json): Item {
  const one = (value: unknown) => {
    const { B } = value as { readonly B?: string };
    return B === undefined ? (value as AttributeValue) : { B: new Uint8Array(Buffer.from(B, 'base64')) };
  };
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, one(value)]));
}
