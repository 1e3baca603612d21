import { describe, expect, it } from 'vitest';
import { arn, type Service, service, stream } from '../support/service.js';

const numbered = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`k${String(index).padStart(2, '0')}`, 'v']),
  );

async function consumerArn({ call }: Service): Promise<string> {
  const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
  return Consumer?.ConsumerARN ?? '';
}

describe('the tags of a stream', () => {
  it('are added and removed by name and by ARN', async () => {
    const { call } = service();
    await call('AddTagsToStream', { StreamName: stream, Tags: { b: '1', a: '2' } });
    await call('AddTagsToStream', { StreamARN: arn, Tags: { b: '3', c: '' } });
    await call('RemoveTagsFromStream', { StreamARN: arn, TagKeys: ['a', 'none'] });
    const Tags = [
      { Key: 'b', Value: '3' },
      { Key: 'c', Value: '' },
    ];
    expect(await call('ListTagsForStream', { StreamName: stream })).toEqual({ Tags, HasMoreTags: false });
    expect(await call('ListTagsForResource', { ResourceARN: arn })).toEqual({ Tags });
    await call('RemoveTagsFromStream', { StreamName: stream, TagKeys: ['b'] });
    await call('TagResource', { ResourceARN: arn, Tags: { d: '4' } });
    await call('UntagResource', { ResourceARN: arn, TagKeys: ['c'] });
    const { Tags: left } = await call('ListTagsForStream', { StreamARN: arn });
    expect(left).toEqual([{ Key: 'd', Value: '4' }]);
  });

  it('come in pages that follow a key', async () => {
    const { call } = service();
    await call('AddTagsToStream', { StreamName: stream, Tags: numbered(50) });
    const page = async (Limit?: number, ExclusiveStartTagKey?: string) => {
      const { Tags, HasMoreTags } = await call('ListTagsForStream', {
        StreamName: stream,
        Limit,
        ExclusiveStartTagKey,
      });
      return [Tags?.length, Tags?.[0]?.Key, Tags?.at(-1)?.Key, HasMoreTags];
    };
    expect(await page()).toEqual([50, 'k00', 'k49', false]);
    expect(await page(20)).toEqual([20, 'k00', 'k19', true]);
    expect(await page(20, 'k19')).toEqual([20, 'k20', 'k39', true]);
    expect(await page(20, 'k39')).toEqual([10, 'k40', 'k49', false]);
    expect(await page(10, 'k395')).toEqual([10, 'k40', 'k49', false]);
  });

  it('stand from its creation on, and change only while it is ACTIVE', async () => {
    const { call, refused, clock } = service();
    await call('CreateStream', { StreamName: 'new', ShardCount: 1, Tags: { a: '1' } });
    const Tags = [{ Key: 'a', Value: '1' }];
    expect(await call('ListTagsForStream', { StreamName: 'new' })).toMatchObject({ Tags });
    const tags = { StreamName: 'new', Tags: { b: '2' } };
    await refused('AddTagsToStream', tags, 'ResourceInUseException');
    await refused('RemoveTagsFromStream', { StreamName: 'new', TagKeys: ['a'] }, 'ResourceInUseException');
    const ResourceARN = arn.replace(/s$/, 'new');
    await refused('TagResource', { ResourceARN, Tags: { b: '2' } }, 'ResourceInUseException');
    await refused('UntagResource', { ResourceARN, TagKeys: ['a'] }, 'ResourceInUseException');
    expect(await call('ListTagsForResource', { ResourceARN })).toEqual({ Tags });
    clock.pass(500);
    await call('AddTagsToStream', tags);
  });

  it('are 50 at most, those of its creation included', async () => {
    const { call, refused } = service({ transitionMs: 0 });
    const create = { StreamName: 'new', ShardCount: 1 };
    await refused('CreateStream', { ...create, Tags: numbered(51) }, 'InvalidArgumentException');
    await call('CreateStream', { ...create, Tags: numbered(50) });
    await refused('AddTagsToStream', { StreamName: 'new', Tags: { x: '' } }, 'InvalidArgumentException');
    await call('AddTagsToStream', { StreamName: 'new', Tags: { k00: 'other' } });
  });

  it('are as many as the limit says', async () => {
    const { refused } = service({ limits: { maxTags: 2 } });
    await refused('AddTagsToStream', { StreamName: stream, Tags: numbered(3) }, 'InvalidArgumentException');
  });
});

describe('the tags of a registered consumer', () => {
  it('are its own, given when it is registered and later by ARN', async () => {
    const { call, clock, refused } = service();
    const { Consumer } = await call('RegisterStreamConsumer', {
      StreamARN: arn,
      ConsumerName: 'c',
      Tags: { a: '1' },
    });
    const ResourceARN = Consumer?.ConsumerARN ?? '';
    expect(await call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] });
    await refused('TagResource', { ResourceARN, Tags: { b: '2' } }, 'ResourceInUseException');
    clock.pass(500);
    await call('TagResource', { ResourceARN, Tags: { b: '2' } });
    await call('UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect(await call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
    expect((await call('ListTagsForResource', { ResourceARN: arn })).Tags).toEqual([]);
  });

  it('are gone with it', async () => {
    const own = service({ transitionMs: 0 });
    const ResourceARN = await consumerArn(own);
    await own.call('DeregisterStreamConsumer', { ConsumerARN: ResourceARN });
    await own.refused('ListTagsForResource', { ResourceARN }, 'ResourceNotFoundException');
  });
});

describe('operations on tags refuse', () => {
  it.each([
    ['AddTagsToStream', { StreamName: 'none', Tags: { a: ';' } }, 'ResourceNotFoundException'],
    ['AddTagsToStream', { StreamName: stream, Tags: {} }, 'ValidationException'],
    ['AddTagsToStream', { StreamName: stream }, 'ValidationException'],
    ['AddTagsToStream', { StreamName: stream, Tags: { a: null } }, 'SerializationException'],
    ['AddTagsToStream', { StreamName: stream, Tags: { a: 'b;' } }, 'InvalidArgumentException'],
    ['AddTagsToStream', { StreamName: stream, Tags: { 'aws:a': 'b' } }, 'InvalidArgumentException'],
    ['AddTagsToStream', { StreamName: stream, Tags: { ['k'.repeat(129)]: '' } }, 'ValidationException'],
    ['AddTagsToStream', { StreamName: stream, Tags: { a: 'v'.repeat(257) } }, 'ValidationException'],
    ['AddTagsToStream', { Tags: { a: '' } }, 'InvalidArgumentException'],
    ['RemoveTagsFromStream', { StreamName: stream, TagKeys: [] }, 'ValidationException'],
    ['RemoveTagsFromStream', { StreamName: stream, TagKeys: [''] }, 'ValidationException'],
    ['RemoveTagsFromStream', { StreamName: stream, TagKeys: Array(51).fill('a') }, 'ValidationException'],
    ['RemoveTagsFromStream', { StreamName: stream, TagKeys: ['a%'] }, 'InvalidArgumentException'],
    ['ListTagsForStream', { StreamName: stream, Limit: 51 }, 'ValidationException'],
    ['ListTagsForStream', { StreamName: stream, ExclusiveStartTagKey: '' }, 'ValidationException'],
    ['TagResource', { ResourceARN: 'arn:aws:s3:::bucket', Tags: { a: '' } }, 'ValidationException'],
    ['TagResource', { ResourceARN: `${arn}x`, Tags: { a: '' } }, 'ResourceNotFoundException'],
    [
      'UntagResource',
      { ResourceARN: arn.replace('us-', 'eu-'), TagKeys: ['a'] },
      'ResourceNotFoundException',
    ],
    ['ListTagsForResource', { ResourceARN: `${arn}/consumer/c:1` }, 'ResourceNotFoundException'],
    ['ListTagsForResource', { StreamId: 'x', ResourceARN: arn }, 'ValidationException'],
  ])('%s %j with %s', async (operation, input, name) => {
    await service().refused(operation, input, name);
  });
});
