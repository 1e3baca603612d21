declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** How long a table is CREATING. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** A DynamoDB in memory, behind an HTTP server that does not listen yet. */
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
