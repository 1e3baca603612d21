import type { Colors } from 'picocolors/types.js';
import { count, duration, inSeconds, megabytes, percent } from '../format.js';
import { bar } from './bar.js';
import { type ShardSnapshot, type Snapshot, shardCaps } from './snapshot.js';

/** Columns that {@link render} needs. */
export const viewColumns = 80;

const barWidth = 26;

/** The live view: what to show for `snapshot`, line by line, each at most {@link viewColumns} wide. Pure. */
export function render(snapshot: Snapshot, colors: Colors): string[] {
  const { bold, dim } = colors;
  const { elapsedMs, loadMs } = snapshot;
  const clock = `${(elapsedMs / 1_000).toFixed(1)} s${elapsedMs < loadMs ? ` of ${Math.round(loadMs / 1_000)} s` : ''}`;
  const figure = (name: string, text: string) => `${dim(cell(name, 12))} ${text}`;
  return [
    `${bold(cell(snapshot.activity, viewColumns - clock.length))}${dim(clock)}`,
    '',
    dim(`shard  worker  ${cell('stored, bar = 1 MiB/s', barWidth)}         delivered    behind`),
    ...snapshot.shards.map((shard) => shardLine(shard, colors)),
    '',
    figure('tweets', tweetsText(snapshot)),
    figure('behind', `${behindText(snapshot.behindMs)} on the slowest shard`),
    figure('aggregation', aggregationText(snapshot)),
    figure('latency', latencyText(snapshot)),
    figure(
      'outstanding',
      `${count(snapshot.outstandingRecords)} tweets, ${megabytes(snapshot.outstandingBytes)}`,
    ),
  ];
}

/** The same as one line, for logs and pipes. */
export function renderPlain(snapshot: Snapshot): string {
  const { latency } = snapshot;
  const time = `${Math.round(snapshot.elapsedMs / 1_000)} s`.padStart(5);
  if (isOver(snapshot)) return `${time}  ${snapshot.activity}`;
  return `${time}  ${[
    tweetsText(snapshot),
    `${behindText(snapshot.behindMs)} behind`,
    ...ownersTexts(snapshot),
    `${snapshot.tweetsPerRecord.toFixed(1)} tweets to a record`,
    `throttled ${count(snapshot.throttledRecords)}`,
    latency ? `p50 ${duration(latency.p50Ms)}, p99 ${duration(latency.p99Ms)}` : nothingYet,
  ].join(', ')}`;
}

/** Something was stored, and nothing is offered, stored or delivered any more: what is left to show is what goes on. */
function isOver(snapshot: Snapshot): boolean {
  const { tweetsPerRecord, offeredPerSecond, storedPerSecond, deliveredPerSecond } = snapshot;
  return tweetsPerRecord > 0 && offeredPerSecond + storedPerSecond + deliveredPerSecond === 0;
}

const nothingYet = 'nothing stored yet';

function shardLine(shard: ShardSnapshot, colors: Colors): string {
  const name = cell(shortShardId(shard.shardId), 6);
  if (shard.finished) return colors.dim(`${name}         ${shard.note || 'closed'}, all delivered`);
  const paint = workerPaint(shard.worker, colors);
  return [
    name,
    `${paint.cell(` ${shard.worker ?? '--'} `)}   `,
    shard.state === 'closed'
      ? colors.dim(cell(`closed, ${shard.note}`, barWidth + 7))
      : storedText(shard, paint.bar, colors),
    `${count(shard.deliveredPerSecond)}/s`.padStart(11),
    behindText(shard.behindMs).padStart(9),
    shard.state === 'open' && shard.note ? ` ${colors.dim(shard.note)}` : '',
  ].join(' ');
}

interface Paint {
  readonly cell: (text: string) => string;
  readonly bar: (text: string) => string;
}

/** A worker has its colour; what nobody holds is grey. */
function workerPaint(worker: string | undefined, colors: Colors): Paint {
  if (worker === undefined) return { cell: colors.bgBlackBright, bar: colors.gray };
  return worker.endsWith('1')
    ? { cell: (text) => colors.bgCyan(colors.black(text)), bar: colors.cyan }
    : { cell: (text) => colors.bgMagenta(colors.black(text)), bar: colors.magenta };
}

function storedText(shard: ShardSnapshot, paint: (text: string) => string, colors: Colors): string {
  const share = shard.bytesPerSecond / shardCaps.bytesPerSecond;
  const { filled, empty } = bar(share, barWidth);
  const warn = share < 0.95 ? String : share < 1 ? colors.yellow : colors.red;
  return `${paint(filled)}${colors.dim(empty)} ${warn(percent(share).padStart(6))}`;
}

function tweetsText(snapshot: Snapshot): string {
  return [
    `${count(snapshot.offeredPerSecond)}/s offered`,
    `${count(snapshot.storedPerSecond)}/s stored`,
    `${count(snapshot.deliveredPerSecond)}/s delivered`,
  ].join(', ');
}

function aggregationText({ tweetsPerRecord, recordsPerSecond, throttledRecords }: Snapshot): string {
  if (tweetsPerRecord === 0) return nothingYet;
  return [
    `${tweetsPerRecord.toFixed(1)} tweets to a record`,
    `${count(recordsPerSecond)} records/s`,
    `${count(throttledRecords)} records throttled`,
  ].join(', ');
}

function latencyText({ latency }: Snapshot): string {
  return latency
    ? `half stored within ${duration(latency.p50Ms)}, 99 % within ${duration(latency.p99Ms)}`
    : nothingYet;
}

/** Who has which shards, nobody last: `w1 has 0 2`. */
function ownersTexts({ shards }: Snapshot): string[] {
  const unfinished = shards.filter(({ finished }) => !finished);
  const workers = new Set(unfinished.map(({ worker }) => worker));
  const named = [...workers].filter((worker) => worker !== undefined).sort();
  const shardsOf = (owner: string | undefined) =>
    unfinished
      .filter(({ worker }) => worker === owner)
      .map(({ shardId }) => shortShardId(shardId))
      .join(' ');
  return [
    ...named.map((worker) => `${worker} has ${shardsOf(worker)}`),
    ...(workers.has(undefined) ? [`nobody has ${shardsOf(undefined)}`] : []),
  ];
}

function behindText(behindMs: number | undefined): string {
  return behindMs === undefined ? '-' : inSeconds(behindMs);
}

/** `shardId-000000000002` as `2`. */
export function shortShardId(shardId: string): string {
  return shardId.replace(/^shardId-0*(?=\d)/, '');
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
