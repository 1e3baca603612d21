import type { WebAssemblyApi } from '../src/md5-engine.js';

/** What Node offers where the processor lacks the vectors that a module wants: it compiles none. */
export const noWebAssembly: WebAssemblyApi = {
  Module: class {
    constructor() {
      throw new TypeError('no vectors here');
    }
  },
  Instance: class {
    readonly exports = {};
  },
};
