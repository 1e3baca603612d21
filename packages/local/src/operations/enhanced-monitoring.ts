import type { DisableEnhancedMonitoringInput, EnableEnhancedMonitoringInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { streamReference } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { requireActive } from '../stream-guards.js';

const metrics: readonly string[] = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

const shape = structure(
  {
    ...streamReference,
    ShardLevelMetrics: {
      type: 'list',
      of: { type: 'choice', choices: [...metrics, 'ALL'] },
      min: 1,
      max: 7,
    },
  },
  ['ShardLevelMetrics'],
);

/** EnableEnhancedMonitoring: turns metrics on, which is remembered and shown; there is no CloudWatch to report them to. */
export const enableEnhancedMonitoring = operation<EnableEnhancedMonitoringInput>(shape, (context, input) =>
  update(context, input, (wasOn, isNamed) => wasOn || isNamed),
);

/** DisableEnhancedMonitoring: turns metrics off. */
export const disableEnhancedMonitoring = operation<DisableEnhancedMonitoringInput>(shape, (context, input) =>
  update(context, input, (wasOn, isNamed) => wasOn && !isNamed),
);

function update(
  { account, now }: OperationContext,
  input: EnableEnhancedMonitoringInput,
  isOn: (wasOn: boolean, isNamed: boolean) => boolean,
): object {
  const stream = account.stream(input, now);
  requireActive(account, stream);
  const named: readonly string[] = input.ShardLevelMetrics ?? [];
  const current = stream.shardLevelMetrics;
  const desired = metrics.filter((metric) =>
    isOn(current.includes(metric), named.includes('ALL') || named.includes(metric)),
  );
  stream.shardLevelMetrics = desired;
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardLevelMetrics: current,
    DesiredShardLevelMetrics: desired,
  };
}
