import { vi } from 'vitest';

/** What a test may know and do while memory is short. */
export interface Allocations {
  /** Buffers asked for so far, those that were refused included. */
  readonly count: number;
  /** Runs what is no part of what is tested, with all the memory that it wants. */
  spare<Value>(run: () => Value): Value;
  /** There is memory again. */
  restore(): void;
}

/** Every buffer from the `first`th that is asked for is refused, `refused` in a row: as when the machine has no more memory for a moment. */
export function failAllocations(first: number, refused: number): Allocations {
  let count = 0;
  let spared = 0;
  const allocate = () => {
    if (spared > 0) return;
    count += 1;
    if (count >= first && count < first + refused) throw new RangeError('Array buffer allocation failed');
  };
  const { allocUnsafeSlow } = Buffer;
  const slow = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
    allocate();
    return allocUnsafeSlow(size);
  });
  vi.stubGlobal('Uint8Array', watched(Uint8Array, allocate));
  vi.stubGlobal('Int32Array', watched(Int32Array, allocate));
  vi.stubGlobal('Float64Array', watched(Float64Array, allocate));
  return {
    get count() {
      return count;
    },
    spare(run) {
      spared += 1;
      try {
        return run();
      } finally {
        spared -= 1;
      }
    },
    restore() {
      slow.mockRestore();
      vi.unstubAllGlobals();
    },
  };
}

/** A class of arrays that tells whenever it needs memory: not for views, nor where it stays empty. */
function watched<Class extends new (...args: never[]) => object>(arrays: Class, allocate: () => void): Class {
  return new Proxy(arrays, {
    construct(target, args, newTarget) {
      const [source] = args;
      if (!(source instanceof ArrayBuffer) && source !== 0 && source !== undefined) allocate();
      return Reflect.construct(target, args, newTarget);
    },
  });
}
