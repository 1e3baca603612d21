/**
 * As much of an assembler for WebAssembly as our modules need: code is bytes, each instruction a function that makes some.
 * See https://webassembly.github.io/spec/core/binary/.
 */
export type Code = readonly number[];

export const type = Object.freeze({ i32: 0x7f, v128: 0x7b });

/** A function of the module. All its results go to memory. */
export interface Func {
  readonly name: string;
  /** Types of its parameters: its first locals. */
  readonly parameters: readonly number[];
  /** Types of its other locals. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module that exports its functions, and as `memory` so many pages of 64 KiB. */
export function assemble(functions: readonly Func[], pages: number): Uint8Array {
  const types = functions.map(({ parameters }) => [0x60, ...vector(parameters.map((one) => [one])), 0]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector([[1, ...unsigned(pages), ...unsigned(pages)]])),
    ...section(7, vector([...exported, [...text('memory'), 2, 0]])),
    ...section(10, vector(functions.map(bodyOf))),
  ]);
}

function bodyOf({ locals, body }: Func): Code {
  const bytes = [...vector(locals.map((one) => [1, one])), ...body, 0x0b];
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(ascii: string): Code {
  return vector([...ascii].map((character) => [character.charCodeAt(0)]));
}

/** LEB128 of a number from 0 to 2^32 - 1. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a 32-bit number. */
export function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}

/** Instructions that take the vectors 128 bits wide have a prefix of their own. */
function simd(opcode: number, ...operands: Code): Code {
  return [0xfd, ...unsigned(opcode), ...operands];
}

/** An address is aligned to 4 bytes, or to 1: a hint that changes nothing. */
const memoryArgument = (alignment: number, offset: number): Code => [alignment, ...unsigned(offset)];

export const local = Object.freeze({
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)],
});

export const i32 = Object.freeze({
  constant: (value: number): Code => [0x41, ...signed(value | 0)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  subtract: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  or: (a: Code, b: Code): Code => [...a, ...b, 0x72],
  xor: (a: Code, b: Code): Code => [...a, ...b, 0x73],
  rotateLeft: (a: Code, bits: number): Code => [...a, ...i32.constant(bits), 0x77],
  load: (address: Code, offset: number): Code => [...address, 0x28, ...memoryArgument(0, offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x36,
    ...memoryArgument(0, offset),
  ],
});

/** Four 32-bit lanes. */
export const i32x4 = Object.freeze({
  splat: (value: Code): Code => [...value, ...simd(0x11)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)],
  shiftLeft: (a: Code, bits: number): Code => [...a, ...i32.constant(bits), ...simd(0xab)],
  shiftRight: (a: Code, bits: number): Code => [...a, ...i32.constant(bits), ...simd(0xad)],
});

export const v128 = Object.freeze({
  /** Bytes of `a` (0 to 15) and `b` (16 to 31) in another order. */
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [...a, ...b, ...simd(0x0d, ...bytes)],
  not: (a: Code): Code => [...a, ...simd(0x4d)],
  and: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x4e)],
  /** `a & ~b`. */
  andNot: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x4f)],
  or: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)],
  xor: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x51)],
  load: (address: Code, offset: number): Code => [...address, ...simd(0x00, ...memoryArgument(0, offset))],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd(0x0b, ...memoryArgument(0, offset)),
  ],
});

/** Does the body as long as the value at its end is not 0: at least once. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
}
