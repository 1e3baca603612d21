import { md5Blocks } from './hot/md5.js';
import { md5Layout, md5Module } from './md5-module.js';

/**
 * What works MD5 out, and the memory it works in: keys and messages are laid out there, see `md5Layout`.
 *
 * All numbers in it are little-endian whatever the machine is: use the view.
 */
export interface Md5Engine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Digests so many blocks of the key that is laid out. */
  readonly digestKey: (blocks: number) => void;
  /** Works so many blocks of four messages into their sums, from these places on; absent where vectors are. */
  readonly workLanes:
    | ((at0: number, at1: number, at2: number, at3: number, blocks: number) => void)
    | undefined;
}

/** As much of WebAssembly as is used. Its types come with those of browsers, which are not here. */
export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** What the module exports: scripts/wasm/md5-program.ts. */
interface Md5Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly key: Md5Engine['digestKey'];
  readonly lanes: NonNullable<Md5Engine['workLanes']>;
}

/**
 * MD5 in WebAssembly, or in JavaScript where there is none, where it lacks vectors (an old processor), or where its memory cannot be
 * had (a limit on address space).
 */
export function openMd5Engine(
  wasm: WebAssemblyApi | undefined = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly,
): Md5Engine {
  if (wasm !== undefined) {
    try {
      const module = new wasm.Module(Buffer.from(md5Module, 'base64'));
      const { memory, key, lanes } = new wasm.Instance(module).exports as Md5Exports;
      return { ...viewsOf(memory.buffer), digestKey: key, workLanes: lanes };
    } catch {
      // Slower, and otherwise the same.
    }
  }
  return javaScriptEngine();
}

function javaScriptEngine(): Md5Engine {
  const { bytes, view } = viewsOf(new ArrayBuffer(md5Layout.laneSums));
  const digestKey = (blocks: number) => md5Blocks(view, md5Layout.key, blocks, md5Layout.keyDigest);
  return { bytes, view, digestKey, workLanes: undefined };
}

function viewsOf(memory: ArrayBuffer): Pick<Md5Engine, 'bytes' | 'view'> {
  return { bytes: new Uint8Array(memory), view: new DataView(memory) };
}
