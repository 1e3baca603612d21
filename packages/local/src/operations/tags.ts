import type {
  AddTagsToStreamInput,
  ListTagsForResourceInput,
  ListTagsForStreamInput,
  RemoveTagsFromStreamInput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { resourceArn, streamId, streamReference, tagKey, tagKeys, tagMap } from '../member-shapes.js';
import { operation } from '../operation.js';
import { changeableResource, resourceOf } from '../resource.js';
import { requireActive } from '../stream-guards.js';

const resourceReference = Object.freeze({ ResourceARN: resourceArn, StreamId: streamId });

/** AddTagsToStream: adds tags to a stream, in place of those with the same keys. */
export const addTagsToStream = operation<AddTagsToStreamInput>(
  structure({ ...streamReference, Tags: tagMap }, ['Tags']),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    stream.tags.add(input.Tags ?? {}, account.limits.maxTags);
    return {};
  },
);

/** RemoveTagsFromStream: removes tags; keys that the stream does not have are ignored. */
export const removeTagsFromStream = operation<RemoveTagsFromStreamInput>(
  structure({ ...streamReference, TagKeys: tagKeys }, ['TagKeys']),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    stream.tags.remove(input.TagKeys ?? []);
    return {};
  },
);

/** ListTagsForStream, in order of their keys, in pages that follow a key. */
export const listTagsForStream = operation<ListTagsForStreamInput>(
  structure({
    ...streamReference,
    ExclusiveStartTagKey: tagKey,
    Limit: { type: 'integer', min: 1, max: 50 },
  }),
  ({ account, now }, input) => {
    const after = input.ExclusiveStartTagKey ?? '';
    const left = account
      .stream(input, now)
      .tags.list()
      .filter(({ Key }) => Key !== undefined && Key > after);
    const page = left.slice(0, input.Limit ?? left.length);
    return { Tags: page, HasMoreTags: left.length > page.length };
  },
);

/** TagResource: the same for a stream or a registered consumer. */
export const tagResource = operation<TagResourceInput>(
  structure({ ...resourceReference, Tags: tagMap }, ['ResourceARN', 'Tags']),
  ({ account, now }, input) => {
    const { tags } = changeableResource(account, input.ResourceARN ?? '', now);
    tags.add(input.Tags ?? {}, account.limits.maxTags);
    return {};
  },
);

/** UntagResource: keys that the resource does not have are ignored. */
export const untagResource = operation<UntagResourceInput>(
  structure({ ...resourceReference, TagKeys: tagKeys }, ['ResourceARN', 'TagKeys']),
  ({ account, now }, input) => {
    changeableResource(account, input.ResourceARN ?? '', now).tags.remove(input.TagKeys ?? []);
    return {};
  },
);

/** ListTagsForResource: all of them, in order of their keys. */
export const listTagsForResource = operation<ListTagsForResourceInput>(
  structure(resourceReference, ['ResourceARN']),
  ({ account, now }, input) => ({ Tags: resourceOf(account, input.ResourceARN ?? '', now).tags.list() }),
);
