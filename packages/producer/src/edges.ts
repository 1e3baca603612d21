import type { Clock, Random } from '@shardline/core';
import type { KinesisApi } from './kinesis-api.js';

/** The edges of a pipeline: the service, time and chance. */
export interface Edges {
  readonly api: KinesisApi;
  readonly clock: Clock;
  readonly random: Random;
}
