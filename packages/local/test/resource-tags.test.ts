import { describe, expect, it } from 'vitest';
import { ResourceTags } from '../src/resource-tags.js';

const numbered = (from: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, 'v']));

describe('ResourceTags', () => {
  it('keeps tags in order of their keys, the later value of each', () => {
    const tags = new ResourceTags();
    tags.add({ b: '1', a: '' }, 50);
    tags.add({ b: '2', 'Ümläut 1_.:/=+-@': 'ß' }, 50);
    expect(tags.list()).toEqual([
      { Key: 'a', Value: '' },
      { Key: 'b', Value: '2' },
      { Key: 'Ümläut 1_.:/=+-@', Value: 'ß' },
    ]);
    tags.remove(['a', 'none']);
    expect(tags.list().map(({ Key }) => Key)).toEqual(['b', 'Ümläut 1_.:/=+-@']);
  });

  it('takes so many and no more, and of a refused call nothing', () => {
    const tags = new ResourceTags();
    tags.add(numbered(0, 49), 50);
    expect(() => tags.add(numbered(48, 3), 50)).toThrow('cannot have more than 50 tags');
    expect(tags.list()).toHaveLength(49);
    tags.add(numbered(48, 2), 50);
    expect(tags.list()).toHaveLength(50);
  });

  it.each([
    ['a;b', ''],
    ['a,b', ''],
    ['a%b', ''],
    ['a\tb', ''],
    ['a', 'b\n'],
    ['a', '"b"'],
  ])('refuses the characters of %j: %j', (key, value) => {
    const tags = new ResourceTags();
    expect(() => tags.add({ good: 'x', [key]: value }, 50)).toThrow('Some tags contain invalid characters');
    expect(tags.list()).toEqual([]);
  });

  it('refuses such characters in keys to be removed', () => {
    expect(() => new ResourceTags().remove(['a;b'])).toThrow('Some tags contain invalid characters');
  });

  it.each(['aws:x', 'AWS:x'])('refuses the reserved key %s, but not such a value', (key) => {
    const tags = new ResourceTags();
    expect(() => tags.add({ [key]: '1' }, 50)).toThrow('reserved for AWS');
    tags.add({ x: key }, 50);
    expect(tags.list()).toEqual([{ Key: 'x', Value: key }]);
  });
});
