import type { Colors } from 'picocolors/types.js';
import { count, duration, megabytes, percent } from '../format.js';
import { bar } from './bar.js';
import { type ShardSnapshot, type Snapshot, shardCaps } from './snapshot.js';

/** Columns that {@link render} needs. */
export const viewColumns = 80;

const bytesBar = 28;
const recordsBar = 10;

/** The live view: what to show for `snapshot`, line by line, each at most {@link viewColumns} wide. Pure. */
export function render(snapshot: Snapshot, colors: Colors): string[] {
  const { bold, dim } = colors;
  const { elapsedMs, loadMs } = snapshot;
  const clock = `${(elapsedMs / 1_000).toFixed(1)} s${elapsedMs < loadMs ? ` of ${Math.round(loadMs / 1_000)} s` : ''}`;
  const figure = (name: string, text: string) => `${dim(cell(name, 12))} ${text}`;
  return [
    `${bold(cell(snapshot.activity, viewColumns - clock.length))}${dim(clock)}`,
    '',
    dim(`${cell('shard', 7)}${cell('bytes/s, bar = 1 MiB/s', bytesBar + 21)}records/s, bar = 1,000`),
    ...snapshot.shards.map((shard) => shardLine(shard, colors)),
    '',
    figure('tweets', `${count(snapshot.offeredPerSecond)}/s offered, ${storedText(snapshot)}`),
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
  const open = snapshot.shards.filter(({ state }) => state === 'open');
  const loads = open.map((shard) => Math.round((shard.bytesPerSecond / shardCaps.bytesPerSecond) * 100));
  const { latency } = snapshot;
  return `${`${Math.round(snapshot.elapsedMs / 1_000)} s`.padStart(5)}  ${[
    `offered ${count(snapshot.offeredPerSecond)}/s`,
    storedText(snapshot).replace(/^(\S+) stored/, 'stored $1'),
    `${snapshot.tweetsPerRecord.toFixed(1)} tweets to a record`,
    `${open.length} shards at ${loads.join(' ')} % of 1 MiB/s`,
    `throttled ${count(snapshot.throttledRecords)}`,
    latency ? `p50 ${duration(latency.p50Ms)}, p99 ${duration(latency.p99Ms)}` : nothingYet,
    `outstanding ${count(snapshot.outstandingRecords)}`,
  ].join(', ')}`;
}

const nothingYet = 'nothing stored yet';

function shardLine(shard: ShardSnapshot, colors: Colors): string {
  const name = cell(shortShardId(shard.shardId), 6);
  if (shard.state === 'closed') return colors.dim(`${name} closed, ${shard.note}`);
  const bytesShare = shard.bytesPerSecond / shardCaps.bytesPerSecond;
  const recordsShare = shard.recordsPerSecond / shardCaps.recordsPerSecond;
  return [
    name,
    paintedBar(bytesShare, bytesBar, colors),
    percent(bytesShare).padStart(6),
    `${megabytes(shard.bytesPerSecond)}/s`.padStart(10),
    ' ',
    paintedBar(recordsShare, recordsBar, colors),
    count(shard.recordsPerSecond).padStart(5),
    colors.cyan(shard.note),
  ].join(' ');
}

function paintedBar(share: number, width: number, colors: Colors): string {
  const { filled, empty } = bar(share, width);
  const paint = share < 0.95 ? colors.green : share < 1 ? colors.yellow : colors.red;
  return `${paint(filled)}${colors.dim(empty)}`;
}

function storedText(snapshot: Snapshot): string {
  return `${count(snapshot.storedPerSecond)}/s stored in ${count(snapshot.recordsPerSecond)} records/s`;
}

function aggregationText({ tweetsPerRecord, throttledRecords }: Snapshot): string {
  if (tweetsPerRecord === 0) return nothingYet;
  return `${tweetsPerRecord.toFixed(1)} tweets to a record, ${count(throttledRecords)} records throttled`;
}

function latencyText({ latency }: Snapshot): string {
  return latency
    ? `half within ${duration(latency.p50Ms)}, 99 % within ${duration(latency.p99Ms)}`
    : nothingYet;
}

/** `shardId-000000000002` as `2`. */
export function shortShardId(shardId: string): string {
  return shardId.replace(/^shardId-0*(?=\d)/, '');
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
