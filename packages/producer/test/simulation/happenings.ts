import { KinesisServiceError, type LocalKinesis } from '@shardline/local';
import type { World } from '@shardline/testing';
import type { ShakyEdge } from './edge-faults.js';
import type { Happening, Plan } from './plan.js';
import { stream } from './plan-faults.js';

/** Where an operator's work shows. */
export interface Operated {
  readonly world: World;
  readonly kinesis: LocalKinesis;
  readonly edge: ShakyEdge;
  readonly plan: Plan;
  /** The streams that had the producer's name one after the other, oldest first. */
  readonly incarnations: Incarnation[];
}

/** A stream of those that have one name after each other. */
export interface Incarnation {
  readonly name: string;
  /** Whether the producer called while there was no stream, so that it can know that this is another. */
  readonly seen: boolean;
}

/** Does to the stream what the plan says, as an operator would. */
export async function operate(operated: Operated): Promise<void> {
  const { world, plan, edge } = operated;
  for (const happening of plan.happenings) {
    await world.delay(happening.afterMs);
    world.trace(`operator: ${happening.kind}`);
    try {
      await happen(happening, operated);
      edge.hit(happening.kind);
    } catch (error) {
      if (!(error instanceof KinesisServiceError)) throw error;
      world.trace(`operator: refused with ${error.name}`);
    }
  }
}

async function happen({ kind, draw }: Happening, operated: Operated): Promise<void> {
  const { kinesis, edge, plan, world } = operated;
  const { target = stream } = edge;
  const named = { StreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${target}` };
  switch (kind) {
    case 'split':
    case 'merge':
      kinesis.faults.add({
        kind: 'reshard',
        stream: target,
        change: kind === 'split' ? { split: {} } : { merge: {} },
      });
      return;
    case 'toggleAuto': {
      const before = plan.auto !== (edge.hits.get('toggleAuto') ?? 0) % 2 > 0;
      const RecordDistributionStrategy = before ? 'USER_PARTITION_KEY' : 'AUTO';
      await kinesis.call('UpdateStreamRecordDistributionStrategy', { ...named, RecordDistributionStrategy });
      return;
    }
    case 'resize':
      await kinesis.call('UpdateMaxRecordSize', { ...named, MaxRecordSizeInKiB: draw < 0.5 ? 1_024 : 2_048 });
      return;
    case 'recreate': {
      const next = `${stream}-${operated.incarnations.length}`;
      const before = edge.hits.get('streamGone') ?? 0;
      edge.target = undefined;
      await world.delay(Math.floor(draw * 3_000));
      await kinesis.call('CreateStream', { StreamName: next, ShardCount: 1 + Math.floor(draw * 8) });
      // It takes records once it is no longer being created.
      await world.delay(600);
      edge.target = next;
      operated.incarnations.push({ name: next, seen: (edge.hits.get('streamGone') ?? 0) > before });
    }
  }
}
