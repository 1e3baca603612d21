import type { UpdateAccountSettingsInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { operation } from '../operation.js';

/** DescribeAccountSettings: the commitment to a minimum throughput. */
export const describeAccountSettings = operation<object>(structure({}), ({ account }) => ({
  MinimumThroughputBillingCommitment: account.commitment.describe(),
}));

/** UpdateAccountSettings: begins or ends the commitment, which makes on-demand streams On-demand Advantage. */
export const updateAccountSettings = operation<UpdateAccountSettingsInput>(
  structure(
    {
      MinimumThroughputBillingCommitment: structure(
        { Status: { type: 'choice', choices: ['ENABLED', 'DISABLED'] } },
        ['Status'],
      ),
    },
    ['MinimumThroughputBillingCommitment'],
  ),
  ({ account, now }, input) => {
    const { commitment } = account;
    if (input.MinimumThroughputBillingCommitment?.Status === 'ENABLED') commitment.enable(now);
    else commitment.disable(now);
    return { MinimumThroughputBillingCommitment: commitment.describe() };
  },
);
