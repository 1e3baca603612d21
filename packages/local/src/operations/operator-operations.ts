import { unsupported } from './unsupported.js';

const noChannels = 'channels deliver to S3, which is not here.';
const later = 'it is being built.';

/** The operations that an operator calls: tags, policies, encryption, modes, settings. */
export const operatorOperations = Object.freeze({
  CreateChannel: unsupported('CreateChannel', noChannels),
  DeleteChannel: unsupported('DeleteChannel', noChannels),
  DescribeChannel: unsupported('DescribeChannel', noChannels),
  ListChannels: unsupported('ListChannels', noChannels),
  UpdateChannel: unsupported('UpdateChannel', noChannels),
  AddTagsToStream: unsupported('AddTagsToStream', later),
  DeleteResourcePolicy: unsupported('DeleteResourcePolicy', later),
  DescribeAccountSettings: unsupported('DescribeAccountSettings', later),
  DisableEnhancedMonitoring: unsupported('DisableEnhancedMonitoring', later),
  EnableEnhancedMonitoring: unsupported('EnableEnhancedMonitoring', later),
  GetResourcePolicy: unsupported('GetResourcePolicy', later),
  ListTagsForResource: unsupported('ListTagsForResource', later),
  ListTagsForStream: unsupported('ListTagsForStream', later),
  PutResourcePolicy: unsupported('PutResourcePolicy', later),
  RemoveTagsFromStream: unsupported('RemoveTagsFromStream', later),
  StartStreamEncryption: unsupported('StartStreamEncryption', later),
  StopStreamEncryption: unsupported('StopStreamEncryption', later),
  TagResource: unsupported('TagResource', later),
  UntagResource: unsupported('UntagResource', later),
  UpdateAccountSettings: unsupported('UpdateAccountSettings', later),
  UpdateStreamMode: unsupported('UpdateStreamMode', later),
  UpdateStreamWarmThroughput: unsupported('UpdateStreamWarmThroughput', later),
});
