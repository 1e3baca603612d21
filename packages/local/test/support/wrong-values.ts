import { tag } from '@smithy/core/cbor';
import type { InputShape, StructureShape } from '../../src/input-shape.js';

const nothing = { list: [], structure: {}, text: 'x', number: 5, boolean: true };
const { list, structure, text, number, boolean } = nothing;

/** Values that are of no use for a shape of this type, in JSON. */
const wrongInJson: Readonly<Record<InputShape['type'], readonly unknown[]>> = {
  string: [number, boolean, list, structure],
  choice: [number, boolean, list, structure],
  integer: ['1', 1.5, 1e300, boolean, list, structure],
  boolean: ['true', 0, list, structure],
  timestamp: [text, boolean, list, structure, 1e300],
  blob: ['*', 'aGk', number, boolean, list, structure],
  list: [text, number, boolean, structure],
  map: [text, number, boolean, list],
  structure: [text, number, boolean, list],
};

const bytes = new Uint8Array([1]);
const time = tag({ tag: 1, value: 5 });
const big = 2n ** 60n;

/** And what only CBOR can say. */
const wrongInCbor: Readonly<Record<InputShape['type'], readonly unknown[]>> = {
  string: [bytes, time, big],
  choice: [bytes, time, big],
  integer: [bytes, time, big, -big, Number.NaN, Number.POSITIVE_INFINITY],
  boolean: [bytes, time, big],
  timestamp: [number, bytes, big, tag({ tag: 1, value: Number.NaN }), tag({ tag: 1, value: 2 ** 63 })],
  blob: [text, time, big],
  list: [bytes, time, big],
  map: [bytes, time, big],
  structure: [bytes, time, big],
};

/** Inputs for `shape` each with one value of a wrong type, at every place that there is. */
export function wrongInputs(shape: StructureShape, format: 'json' | 'cbor'): object[] {
  return Object.entries(shape.members).flatMap(([name, member]) =>
    wrongValues(member, format).map((value) => ({ [name]: value })),
  );
}

function wrongValues(shape: InputShape, format: 'json' | 'cbor'): unknown[] {
  const here: unknown[] = [...wrongInJson[shape.type]];
  if (format === 'cbor') here.push(...wrongInCbor[shape.type]);
  switch (shape.type) {
    case 'list':
      return [...here, ...wrongValues(shape.of, format).map((value) => [value])];
    case 'map':
      return [...here, ...wrongValues(shape.of, format).map((value) => ({ k: value }))];
    case 'structure':
      return [...here, ...wrongInputs(shape, format)];
    default:
      return here;
  }
}
