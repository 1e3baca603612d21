#!/usr/bin/env node
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom, systemClock } from '@shardline/core/internal';
import { type CliArguments, parseCliArguments, usage } from './cli-arguments.js';
import { cliFailureOf } from './cli-failure.js';
import { readNamedFile, writeNamedFile } from './cli-files.js';
import { readyJson, readyLines, readyStreams } from './cli-report.js';
import { faultsOf } from './cli-values.js';
import { HandMovedClock } from './hand-moved-clock.js';
import { watchParent } from './parent-watch.js';
import { type LocalKinesisServer, startLocalKinesis } from './start-local-kinesis.js';

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  let adminPort: number | undefined;
  try {
    const args = parseCliArguments(process.argv.slice(2));
    adminPort = args.adminPort;
    if (args.help) print(usage);
    else if (args.version) print(await ownVersion());
    else await serve(args);
  } catch (error) {
    const { text, exitStatus } = cliFailureOf(error, adminPort);
    process.stderr.write(`shardline-local: ${text}\n`);
    process.exitCode = exitStatus;
  }
}

/** The version of this package: `src` and `dist` both stand beside its manifest. */
async function ownVersion(): Promise<string> {
  const manifest = await readNamedFile(fileURLToPath(new URL('../package.json', import.meta.url)));
  return (JSON.parse(manifest) as { version: string }).version;
}

async function serve(args: CliArguments): Promise<void> {
  const server = await start(args);
  stopWhenTold(server);
  const { endpoint, clientConfig, adminEndpoint, certificate } = server;
  const certFile = args.certFile === undefined ? undefined : resolve(args.certFile);
  try {
    if (certFile !== undefined && certificate !== undefined) await writeNamedFile(certFile, certificate);
  } catch (error) {
    await server.close();
    throw error;
  }
  const streams = readyStreams(args.streams, server.kinesis.snapshot());
  const facts = { endpoint, clientConfig, adminEndpoint, certificate, certFile, streams };
  for (const line of args.readyJson ? [readyJson(facts)] : readyLines(facts)) print(line);
}

async function start(given: CliArguments): Promise<LocalKinesisServer> {
  const {
    port,
    host,
    tls,
    adminPort,
    adminHost,
    streams,
    limits,
    maxRetainedBytes,
    accountId,
    region,
    seed,
  } = given;
  const { tlsNames, transitionMs, idleEventMs, emptyPageGapMs } = given;
  const inFile =
    given.faultsFile === undefined ? [] : faultsOf(given.faultsFile, await readNamedFile(given.faultsFile));
  return startLocalKinesis({
    port,
    host,
    tls: tls && tlsNames.length > 0 ? { names: tlsNames } : tls,
    streams,
    limits,
    faults: [...given.faults, ...inFile],
    ...(adminPort === undefined ? {} : { adminPort }),
    ...(adminHost === undefined ? {} : { adminHost }),
    ...(maxRetainedBytes === undefined ? {} : { maxRetainedBytes }),
    ...(transitionMs === undefined ? {} : { transitionMs }),
    ...(idleEventMs === undefined ? {} : { idleEventMs }),
    ...(emptyPageGapMs === undefined ? {} : { emptyPageGapMs }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(region === undefined ? {} : { region }),
    ...(given.manualClock ? { clock: new HandMovedClock(systemClock.now(), turn) } : {}),
    ...(seed === undefined ? {} : { random: seededRandom(seed) }),
  });
}

/** Lets the sockets have their turn. */
function turn(): Promise<void> {
  return new Promise((done) => {
    systemClock.schedule(0, done);
  });
}

function stopWhenTold(server: LocalKinesisServer): void {
  const stop = () => {
    // With its handlers gone, a second signal ends the process whatever happens.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
    void server.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  watchParent({
    environment: process.env,
    parentId: () => process.ppid,
    clock: systemClock,
    gone: stop,
  });
}

// Who has read the first line may go; the server goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main();
