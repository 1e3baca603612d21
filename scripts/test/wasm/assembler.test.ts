import { describe, expect, it } from 'vitest';
import {
  assemble,
  type Code,
  type Func,
  i32,
  local,
  repeatWhile,
  signed,
  type,
  unsigned,
} from '../../wasm/assembler.js';

/** As much of WebAssembly as is used here: its types come with those of browsers. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
}
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly [name: string]: unknown;
}

const { Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

function run(functions: readonly Func[]): Exports {
  return new Instance(new Module(assemble(functions, 1))).exports;
}

describe('assemble', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 0x7fff_ffff, -0x8000_0000, 1_732_584_193])(
    'makes a module that stores %i',
    (value) => {
      const store: Func = {
        name: 'store',
        parameters: [],
        locals: [],
        body: i32.store(i32.constant(8), 300, i32.constant(value)),
      };
      const exported = run([store]);
      (exported.store as () => void)();
      expect(new DataView(exported.memory.buffer).getInt32(308, true)).toBe(value);
    },
  );

  it('exports each function by its name, with its own parameters and locals', () => {
    const sum: Func = {
      name: 'sum',
      parameters: [type.i32],
      locals: [type.i32],
      body: [
        ...repeatWhile(
          [
            ...local.set(1, i32.add(local.get(1), local.get(0))),
            ...local.set(0, i32.subtract(local.get(0), i32.constant(1))),
          ],
          local.get(0),
        ),
        ...i32.store(i32.constant(0), 0, local.get(1)),
      ],
    };
    const twice: Func = {
      name: 'twice',
      parameters: [type.i32, type.i32],
      locals: [],
      body: i32.store(local.get(0), 0, i32.rotateLeft(local.get(1), 1)),
    };
    const exported = run([sum, twice]);
    const view = new DataView(exported.memory.buffer);
    (exported.sum as (to: number) => void)(100);
    expect(view.getInt32(0, true)).toBe(5050);
    (exported.twice as (at: number, value: number) => void)(12, 21);
    expect(view.getInt32(12, true)).toBe(42);
    expect(exported.memory.buffer.byteLength).toBe(65_536);
  });
});

describe('numbers in the binary format', () => {
  const cases: readonly [Code, readonly number[]][] = [
    [unsigned(0x7f), [0x7f]],
    [unsigned(0x80), [0x80, 1]],
    [unsigned(624_485), [0xe5, 0x8e, 0x26]],
    [unsigned(2 ** 32 - 1), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    [signed(-123_456), [0xc0, 0xbb, 0x78]],
    [signed(64), [0xc0, 0]],
    [signed(-64), [0x40]],
  ];
  it.each(cases)('makes %j as the specification does', (code, bytes) => {
    expect(code).toEqual(bytes);
  });
});
