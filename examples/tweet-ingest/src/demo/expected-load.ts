import { createHash } from 'node:crypto';
import type { Authors } from '../authors.js';
import type { TweetGenerator } from '../tweet-generator.js';
import { shardCaps } from './snapshot.js';

/** What a load will do to a stream, known beforehand. */
export interface ExpectedLoad {
  readonly perSecond: number;
  /** Mean size of a tweet's JSON. */
  readonly meanBytes: number;
  /** Of all shards together. */
  readonly bytesPerSecond: number;
  /** Share of the byte caps that the whole load takes. */
  readonly totalShare: number;
  /** Share of its byte cap that the busiest shard takes. */
  readonly busiestShare: number;
  /** How many times the offer is what the shards take without aggregation. */
  readonly timesRecordCap: number;
}

/** Tweets looked at for the mean size. */
const sampleSize = 2_000;

/** Bytes that an aggregate spends on a tweet besides its data: the author's id, once an aggregate, and field tags. */
const framingBytes = 30;

/**
 * Works out how a load of `perSecond` tweets falls on `shardCount` shards of equal hash-key ranges, from the authors' shares
 * and the MD5 of their ids. Takes the first tweets of `generator`.
 */
export function expectedLoad(generator: TweetGenerator, perSecond: number, shardCount: number): ExpectedLoad {
  let sampledBytes = 0;
  for (let drawn = 0; drawn < sampleSize; drawn += 1) {
    sampledBytes += Buffer.byteLength(JSON.stringify(generator.next()));
  }
  const meanBytes = sampledBytes / sampleSize;
  const bytesPerSecond = perSecond * (meanBytes + framingBytes);
  const busiest = Math.max(...sharesOfShards(generator.authors, shardCount));
  return {
    perSecond,
    meanBytes,
    bytesPerSecond,
    totalShare: bytesPerSecond / (shardCount * shardCaps.bytesPerSecond),
    busiestShare: (busiest * bytesPerSecond) / shardCaps.bytesPerSecond,
    timesRecordCap: perSecond / (shardCount * shardCaps.recordsPerSecond),
  };
}

/** Share of the tweets that goes to each shard: a key's place is the MD5 of it, as a 128-bit number. */
function sharesOfShards(authors: Authors, shardCount: number): number[] {
  const shares = new Array<number>(shardCount).fill(0);
  authors.all.forEach(({ id }, rank) => {
    const place = createHash('md5').update(id).digest().readUInt32BE(0) / 2 ** 32;
    const shard = Math.floor(place * shardCount);
    shares[shard] = (shares[shard] ?? 0) + (authors.shares[rank] ?? 0);
  });
  return shares;
}
