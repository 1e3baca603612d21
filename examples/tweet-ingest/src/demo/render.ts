import type { Colors } from 'picocolors/types.js';
import { bar } from './bar.js';
import { count, duration, megabytes, percent } from './format.js';
import { type ShardSnapshot, type Snapshot, shardCaps } from './snapshot.js';

/** Columns that {@link render} needs. */
export const viewColumns = 78;

const bytesBar = 26;
const recordsBar = 8;

/** The live view: what to show for `snapshot`, line by line, each at most {@link viewColumns} wide. Pure. */
export function render(snapshot: Snapshot, colors: Colors): string[] {
  const { bold, dim } = colors;
  const clock = `${(snapshot.elapsedMs / 1_000).toFixed(1)} s of ${Math.round(snapshot.loadMs / 1_000)} s`;
  const heads = [cell('shard', 6), cell('bytes/s, bar = 1 MiB/s', bytesBar + 18), 'records/s, bar = 1,000'];
  return [
    `${bold(cell(snapshot.activity, viewColumns - clock.length))}${dim(clock)}`,
    '',
    dim(heads.join(' ')),
    ...snapshot.shards.map((shard) => shardLine(shard, colors)),
    '',
    figures(
      'tweets/s',
      `${count(snapshot.offeredPerSecond)} offered, ${count(snapshot.storedPerSecond)} stored`,
    ),
    figures('aggregation', aggregation(snapshot)),
    figures('latency', latency(snapshot)),
    figures(
      'outstanding',
      `${count(snapshot.outstandingRecords)} tweets, ${megabytes(snapshot.outstandingBytes)}; throttled ${count(snapshot.throttledRecords)} records`,
    ),
  ];

  function figures(name: string, text: string): string {
    return `${dim(cell(name, 12))} ${text}`;
  }
}

/** The same as one line, for logs and pipes. */
export function renderPlain(snapshot: Snapshot): string {
  const open = snapshot.shards.filter(({ state }) => state === 'open');
  const loads = open.map((shard) => Math.round((shard.bytesPerSecond / shardCaps.bytesPerSecond) * 100));
  return [
    `${Math.round(snapshot.elapsedMs / 1_000)} s`.padStart(4),
    `offered ${count(snapshot.offeredPerSecond)}/s`,
    `stored ${count(snapshot.storedPerSecond)}/s in ${count(snapshot.recordsPerSecond)} records/s`,
    `${snapshot.tweetsPerRecord.toFixed(0)} tweets/record`,
    `${open.length} shards at ${loads.join(' ')} % of 1 MiB/s`,
    `throttled ${count(snapshot.throttledRecords)}`,
    `latency ${latency(snapshot)}`,
    `outstanding ${count(snapshot.outstandingRecords)}`,
  ].join(' | ');
}

function shardLine(shard: ShardSnapshot, colors: Colors): string {
  const name = cell(shortShardId(shard.shardId), 6);
  if (shard.state === 'closed') return colors.dim(`${name} closed, ${shard.note}`);
  const bytesShare = shard.bytesPerSecond / shardCaps.bytesPerSecond;
  const recordsShare = shard.recordsPerSecond / shardCaps.recordsPerSecond;
  const rate = `${megabytes(shard.bytesPerSecond)}/s`.padStart(10);
  return [
    name,
    paint(bytesShare, bytesBar, colors),
    percent(bytesShare).padStart(5),
    rate,
    ' ',
    paint(recordsShare, recordsBar, colors),
    count(shard.recordsPerSecond).padStart(5),
    colors.cyan(shard.note),
  ].join(' ');
}

function paint(share: number, width: number, colors: Colors): string {
  const { filled, empty } = bar(share, width);
  const paintFilled = share < 0.9 ? colors.green : share < 0.98 ? colors.yellow : colors.red;
  return `${paintFilled(filled)}${colors.dim(empty)}`;
}

function aggregation(snapshot: Snapshot): string {
  if (snapshot.tweetsPerRecord === 0) return 'nothing stored yet';
  const rates = `${count(snapshot.storedPerSecond)} tweets/s in ${count(snapshot.recordsPerSecond)} records/s`;
  return `${snapshot.tweetsPerRecord.toFixed(1)} tweets a record; ${rates}`;
}

function latency({ latency: measured }: Snapshot): string {
  return measured ? `p50 ${duration(measured.p50Ms)}, p99 ${duration(measured.p99Ms)}` : 'not yet known';
}

/** `shardId-000000000002` as `2`. */
export function shortShardId(shardId: string): string {
  return shardId.replace(/^shardId-0*(?=\d)/, '');
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
