import type { WarmThroughputObject } from '@aws-sdk/client-kinesis';
import type { Account } from './account.js';
import { KinesisServiceError } from './service-error.js';
import type { Stream } from './stream.js';

/** Shards that an on-demand stream has at least: it begins with 4 MiB/s, and a shard takes 1. */
const onDemandShards = 4;

/** How many shards an on-demand stream needs that is to be ready for so much. */
export function warmShards(warmThroughputMiBps = 0): number {
  return Math.max(onDemandShards, warmThroughputMiBps);
}

/** Throws unless a stream of this mode may be asked to be ready for so much. */
export function checkWarmThroughput(
  account: Account,
  mode: Stream['mode'],
  warmThroughputMiBps: number,
): void {
  if (mode !== 'ON_DEMAND') {
    throw invalid('Warm throughput is only supported for streams that use the on-demand capacity mode.');
  }
  if (!account.onDemandAdvantage) {
    throw invalid(
      `Warm throughput is only supported in accounts that have MinimumThroughputBillingCommitment enabled; account ` +
        `${account.id} has not.`,
    );
  }
  const { maxWarmThroughputMiBps } = account.limits;
  if (warmThroughputMiBps > maxWarmThroughputMiBps) {
    throw new KinesisServiceError(
      'LimitExceededException',
      `Warm throughput of ${warmThroughputMiBps} MiB/s exceeds the limit of ${maxWarmThroughputMiBps} MiB/s for a stream.`,
    );
  }
}

/** What describes a stream's warm throughput, where there is such a thing. */
export function warmThroughputOf(
  account: Account,
  stream: Stream,
): { readonly WarmThroughput?: WarmThroughputObject } {
  if (stream.mode !== 'ON_DEMAND' || !account.onDemandAdvantage) return {};
  const { warmThroughputMiBps: target, openShards } = stream;
  return {
    WarmThroughput: {
      ...(target === undefined ? {} : { TargetMiBps: target }),
      CurrentMiBps: openShards.length,
    },
  };
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
