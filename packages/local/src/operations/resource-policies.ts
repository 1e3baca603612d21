import type {
  DeleteResourcePolicyInput,
  GetResourcePolicyInput,
  PutResourcePolicyInput,
} from '@aws-sdk/client-kinesis';
import { checkPolicy } from '../check-policy.js';
import { structure } from '../input-shape.js';
import { resourceArn, streamId } from '../member-shapes.js';
import { operation } from '../operation.js';
import { changeableResource, type Resource, resourceOf } from '../resource.js';
import { KinesisServiceError } from '../service-error.js';

const resourceReference = Object.freeze({ ResourceARN: resourceArn, StreamId: streamId });

/** PutResourcePolicy: the policy of a stream or a registered consumer, in place of the one it had. */
export const putResourcePolicy = operation<PutResourcePolicyInput>(
  structure({ ...resourceReference, Policy: { type: 'string' } }, ['ResourceARN', 'Policy']),
  ({ account, now }, input) => {
    const resource = changeableResource(account, input.ResourceARN ?? '', now);
    const policy = input.Policy ?? '';
    checkPolicy(policy);
    resource.policy = policy;
    return {};
  },
);

/** GetResourcePolicy: the policy as it was put. */
export const getResourcePolicy = operation<GetResourcePolicyInput>(
  structure(resourceReference, ['ResourceARN']),
  ({ account, now }, input) => ({
    Policy: existingPolicy(resourceOf(account, input.ResourceARN ?? '', now)),
  }),
);

/** DeleteResourcePolicy. */
export const deleteResourcePolicy = operation<DeleteResourcePolicyInput>(
  structure(resourceReference, ['ResourceARN']),
  ({ account, now }, input) => {
    const resource = changeableResource(account, input.ResourceARN ?? '', now);
    existingPolicy(resource);
    resource.policy = undefined;
    return {};
  },
);

function existingPolicy({ arn, policy }: Resource): string {
  if (policy !== undefined) return policy;
  throw new KinesisServiceError(
    'ResourceNotFoundException',
    `No resource policy found for resource ARN ${arn}.`,
  );
}
