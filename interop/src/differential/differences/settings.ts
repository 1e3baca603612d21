import type { Justification } from '../justify.js';

/** Tags and settings. */
export const settingsDifferences: readonly Justification[] = [
  {
    because: 'Up to 50 tags can be given at once, and a resource has 50 at most.',
    source:
      'API_AddTagsToStream: Tags, "a set of up to 50 key-value pairs"; developer guide, tag restrictions',
    differences: {
      '200 | 400 InvalidArgumentException': ['many tags / fifty'],
      '400 InvalidArgumentException | 200': ['many tags / one more'],
      'Tags.length: 50 | 2': ['many tags / how many'],
    },
  },
  {
    because: 'The commitment is told whatever its status.',
    source: 'API_DescribeAccountSettings, API_UpdateAccountSettings: MinimumThroughputBillingCommitment',
    differences: {
      'MinimumThroughputBillingCommitment: (present) | (absent)': ['settings of the account / describe'],
      ': (present) | (absent)': ['settings of the account / UpdateAccountSettings: an enabled commitment'],
    },
  },
];
