import { parseArgs } from 'node:util';
import { InvalidOptionError } from '@shardline/core';
import { integerBetween } from '@shardline/core/internal';
import type { StreamSpec } from './local-options.js';
import { maxShardsOfStream } from './service-limits.js';

/** What the command line asks for. */
export interface CliArguments {
  readonly help: boolean;
  readonly port: number;
  readonly host: string;
  readonly streams: readonly StreamSpec[];
  /** Whether limits are lifted. */
  readonly noLimits: boolean;
  /** Whether one line of JSON tells that the server is ready, for programs that start it. */
  readonly readyJson: boolean;
}

/** The help text. */
export const usage = `Usage: shardline-local [--port N] [--host ADDRESS] [--stream NAME[:SHARDS]]... [--no-limits] [--ready-json]

A local Kinesis Data Streams that keeps the service's limits. Stops on SIGTERM and SIGINT.

  --port N                port to listen on; 4567 when absent, 0 takes a free one
  --host ADDRESS          address to listen on; 127.0.0.1 when absent
  --stream NAME[:SHARDS]  a stream to begin with, of one shard unless told; may be repeated
  --no-limits             lifts the limits of throughput and rates; quotas stay
  --ready-json            prints one line of JSON when ready: {"ready":true,"endpoint":…,"streams":[…]}
`;

/** Reads the command line. @throws InvalidOptionError, or parseArgs' TypeError for an unknown flag. */
export function parseCliArguments(args: readonly string[]): CliArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '4567' },
      host: { type: 'string', default: '127.0.0.1' },
      stream: { type: 'string', multiple: true, default: [] },
      'no-limits': { type: 'boolean', default: false },
      'ready-json': { type: 'boolean', default: false },
    },
  });
  return {
    help: values.help,
    port: wholeNumber('--port', values.port, 0, 65_535),
    host: values.host,
    streams: values.stream.map(streamSpec),
    noLimits: values['no-limits'],
    readyJson: values['ready-json'],
  };
}

function streamSpec(text: string): StreamSpec {
  const colon = text.lastIndexOf(':');
  if (colon === -1) return { name: text, shards: 1 };
  return {
    name: text.slice(0, colon),
    shards: wholeNumber('--stream', text.slice(colon + 1), 1, maxShardsOfStream),
  };
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const { accepts, expected } = integerBetween(low, high);
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  if (value !== undefined && accepts(value)) return value;
  throw new InvalidOptionError({ owner: 'shardline-local', option, received: text, expected });
}
