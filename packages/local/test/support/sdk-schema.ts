import * as sdk from '@aws-sdk/client-kinesis';

/** A structure as the SDK describes it at run time. */
interface StructureSchema {
  readonly names: readonly string[];
  readonly required: readonly string[];
  readonly members: readonly unknown[];
}

const structureKind = 3;
const listKind = 1;

/** The operations of the installed SDK. */
export const sdkOperations = Object.keys(sdk)
  .filter((name) => name.endsWith('Command') && name !== '$Command')
  .map((name) => name.slice(0, -'Command'.length))
  .sort();

/** What the SDK sends for an operation, or what it reads from its answer. */
export function sdkStructure(operation: string, side: 'input' | 'output'): StructureSchema {
  const schema = (sdk as unknown as Record<string, readonly unknown[]>)[`${operation}$`];
  return structureOf(resolved(schema?.[side === 'input' ? 4 : 5]));
}

/** Where a value does not fit what the SDK reads: members that it does not know, and missing ones that it promises. */
export function misfits(schema: StructureSchema, value: object, path = ''): readonly string[] {
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).filter((name) => !schema.names.includes(name));
  const missing = schema.required.filter((name) => given[name] === undefined);
  const below = schema.names.flatMap((name, index) =>
    misfitsBelow(resolved(schema.members[index]), given[name], `${path}${name}`),
  );
  return [
    ...unknown.map((name) => `${path}${name} is not known`),
    ...missing.map((name) => `${path}${name} is missing`),
    ...below,
  ];
}

function misfitsBelow(schema: unknown, value: unknown, path: string): readonly string[] {
  if (!Array.isArray(schema) || value === undefined) return [];
  if (schema[0] === structureKind) return misfits(structureOf(schema), value as object, `${path}.`);
  if (schema[0] !== listKind || !Array.isArray(value)) return [];
  const member = resolved(schema[4]);
  return value.flatMap((entry: unknown, index) => misfitsBelow(member, entry, `${path}.${index}`));
}

function structureOf(schema: unknown): StructureSchema {
  if (!Array.isArray(schema) || schema[0] !== structureKind) return { names: [], required: [], members: [] };
  const [, , , , names, members, required = 0] = schema as [0, 0, 0, 0, string[], unknown[], number?];
  return { names, members, required: names.slice(0, required) };
}

/** A reference to a schema may stand in a function, and that with traits in a list. */
function resolved(reference: unknown): unknown {
  if (typeof reference === 'function') return resolved(reference());
  if (Array.isArray(reference) && typeof reference[0] === 'function') return resolved(reference[0]);
  return reference;
}
