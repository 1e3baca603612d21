import { describeAccountSettings, updateAccountSettings } from './account-settings.js';
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from './enhanced-monitoring.js';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './resource-policies.js';
import { startStreamEncryption, stopStreamEncryption } from './stream-encryption.js';
import { updateStreamMode, updateStreamWarmThroughput } from './stream-mode.js';
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from './tags.js';
import { unsupported } from './unsupported.js';

const noChannels = 'channels deliver to S3, which is not here.';

/** The operations that an operator calls: tags, policies, encryption, modes, settings. */
export const operatorOperations = Object.freeze({
  AddTagsToStream: addTagsToStream,
  CreateChannel: unsupported('CreateChannel', noChannels),
  DeleteChannel: unsupported('DeleteChannel', noChannels),
  DeleteResourcePolicy: deleteResourcePolicy,
  DescribeAccountSettings: describeAccountSettings,
  DescribeChannel: unsupported('DescribeChannel', noChannels),
  DisableEnhancedMonitoring: disableEnhancedMonitoring,
  EnableEnhancedMonitoring: enableEnhancedMonitoring,
  GetResourcePolicy: getResourcePolicy,
  ListChannels: unsupported('ListChannels', noChannels),
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  PutResourcePolicy: putResourcePolicy,
  RemoveTagsFromStream: removeTagsFromStream,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAccountSettings: updateAccountSettings,
  UpdateChannel: unsupported('UpdateChannel', noChannels),
  UpdateStreamMode: updateStreamMode,
  UpdateStreamWarmThroughput: updateStreamWarmThroughput,
});
