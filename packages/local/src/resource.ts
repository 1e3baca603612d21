import { type Account, streamNameIn } from './account.js';
import type { ResourceTags } from './resource-tags.js';
import { KinesisServiceError } from './service-error.js';

/** A stream or a registered consumer, as operations by ARN see it. */
export interface Resource {
  readonly arn: string;
  readonly tags: ResourceTags;
  policy: string | undefined;
}

/** The stream or consumer of this ARN, or the service's error. */
export function resourceOf(account: Account, arn: string, now: number): Resource {
  return resourceAndStatus(account, arn, now).resource;
}

/** The same, for a change: it must be ACTIVE. */
export function changeableResource(account: Account, arn: string, now: number): Resource {
  const { resource, status } = resourceAndStatus(account, arn, now);
  if (status === 'ACTIVE') return resource;
  throw new KinesisServiceError(
    'ResourceInUseException',
    `Resource ${arn} under account ${account.id} not ACTIVE, instead in state ${status}`,
  );
}

function resourceAndStatus(
  account: Account,
  arn: string,
  now: number,
): { readonly resource: Resource; readonly status: string } {
  if (arn.includes('/consumer/')) {
    const { consumer } = account.consumer(arn, now);
    return { resource: consumer, status: consumer.statusAt(now) };
  }
  const stream = account.find(streamNameIn(arn), now);
  if (stream?.arn === arn) return { resource: stream, status: stream.status };
  throw new KinesisServiceError(
    'ResourceNotFoundException',
    `Stream ${arn} under account ${account.id} not found.`,
  );
}
