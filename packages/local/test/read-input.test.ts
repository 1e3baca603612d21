import { describe, expect, it } from 'vitest';
import { structure } from '../src/input-shape.js';
import { type InputForm, readInput } from '../src/read-input.js';
import { KinesisServiceError } from '../src/service-error.js';

const shape = structure(
  {
    Name: { type: 'string', min: 2, max: 4, pattern: /^[a-z]+$/ },
    Count: { type: 'integer', min: 1, max: 3 },
    Kind: { type: 'choice', choices: ['A', 'B'] },
    On: { type: 'boolean' },
    Time: { type: 'timestamp' },
    Blob: { type: 'blob', max: 4 },
    Parts: { type: 'list', min: 1, of: structure({ Data: { type: 'blob', max: 4 } }, ['Data']) },
    Tags: { type: 'map', maxKeyLength: 3, of: { type: 'string', max: 5 }, min: 1, max: 2 },
    Keys: { type: 'list', min: 1, max: 2, of: { type: 'string' } },
  },
  ['Name'],
);

function errorOf(input: unknown, form: InputForm = 'json'): KinesisServiceError {
  try {
    readInput(shape, input, form);
  } catch (error) {
    if (error instanceof KinesisServiceError) return error;
    throw error;
  }
  return expect.fail('it was accepted');
}

describe('readInput', () => {
  it('reads JSON into the SDK’s values', () => {
    const input = {
      Name: 'abc',
      Count: 2,
      Kind: 'B',
      On: false,
      Time: 1_459_799_926.48,
      Blob: 'aGk=',
      Parts: [{ Data: '' }],
      Tags: { a: 'x' },
      Unknown: { anything: 1 },
    };
    expect(readInput(shape, input, 'json')).toEqual({
      Name: 'abc',
      Count: 2,
      Kind: 'B',
      On: false,
      Time: new Date(1_459_799_926_480),
      Blob: Buffer.from('hi'),
      Parts: [{ Data: Buffer.alloc(0) }],
      Tags: { a: 'x' },
    });
  });

  it('copies what it is given in process', () => {
    const blob = new Uint8Array([1, 2]);
    const time = new Date(5);
    const read = readInput(shape, { Name: 'abc', Blob: blob, Time: time }, 'native');
    blob.fill(9);
    time.setTime(9);
    expect(read).toEqual({ Name: 'abc', Blob: Buffer.from([1, 2]), Time: new Date(5) });
  });

  it('takes null for absent', () => {
    expect(readInput(shape, { Name: 'abc', Count: null }, 'json')).toEqual({ Name: 'abc' });
    expect(errorOf({ Name: null }).message).toBe(
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    );
  });

  it.each([
    [
      { Name: 'a' },
      "Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      { Name: 'abcde' },
      "Value 'abcde' at 'name' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
    [
      { Name: 'aB' },
      "Value 'aB' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    ],
    [
      { Name: 'ab', Count: 0 },
      "Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { Name: 'ab', Count: 4 },
      "Value '4' at 'count' failed to satisfy constraint: Member must have value less than or equal to 3",
    ],
    [
      { Name: 'ab', Kind: 'C' },
      "Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    ],
    [
      { Name: 'ab', Blob: 'aGVsbG8=' },
      "Value at 'blob' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
    [
      { Name: 'ab', Parts: [] },
      "Value at 'parts' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { Name: 'ab', Parts: [{ Data: '' }, {}] },
      "Value null at 'parts.2.member.data' failed to satisfy constraint: Member must not be null",
    ],
    [
      { Name: 'ab', Tags: { long: 'x' } },
      "Value 'long' at 'tags' failed to satisfy constraint: Member must have keys of length 1 to 3",
    ],
    [
      { Name: 'ab', Tags: {} },
      "Value '{}' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { Name: 'ab', Keys: ['a', 'b', 'c'] },
      "Value at 'keys' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      { Name: 'ab', Tags: { a: '', b: '', c: '' } },
      "Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])('names the fault of %j', (input, message) => {
    const error = errorOf(input);
    expect(error.name).toBe('ValidationException');
    expect(error.message).toBe(`1 validation error detected: ${message}`);
  });

  it('counts the characters of a key of a map, as of any text', () => {
    const key = '\u{1F600}'.repeat(3);
    expect(readInput(shape, { Name: 'ab', Tags: { [key]: key } }, 'json').Tags).toEqual({ [key]: key });
    expect(errorOf({ Name: 'ab', Tags: { [`${key}x`]: '' } }).message).toContain('keys of length 1 to 3');
    expect(errorOf({ Name: 'ab', Tags: { '': '' } }).message).toContain('keys of length 1 to 3');
  });

  it('reports all faults together, ten at most, and shortens long values', () => {
    expect(errorOf({ Name: 'A', Count: 9, Kind: 'C' }).message).toMatch(
      /^3 validation errors detected: .*; .*; /,
    );
    const many = errorOf({ Name: 'ab', Parts: Array.from({ length: 50 }, () => ({})) });
    expect(many.message).toMatch(/^10 validation errors detected/);
    expect(errorOf({ Name: 'x'.repeat(100_000) }).message.length).toBeLessThan(500);
  });

  it.each([
    [null, 'The request must be a structure; received null.'],
    [[], 'The request must be a structure; received a list.'],
    ['text', 'The request must be a structure; received a string.'],
    [{ Name: 1 }, "'name' must be a String; received a number."],
    [{ Name: 'ab', Count: '1' }, "'count' must be an Integer; received a string."],
    [{ Name: 'ab', Count: 1.5 }, "'count' must be an Integer; received a number."],
    [{ Name: 'ab', On: 'true' }, "'on' must be a Boolean; received a string."],
    [{ Name: 'ab', Time: '2026' }, "'time' must be a number of seconds; received a string."],
    [{ Name: 'ab', Time: 1e300 }, "'time' must be a number of seconds; received a number."],
    [{ Name: 'ab', Blob: 5 }, "'blob' must be a Blob in base64; received a number."],
    [{ Name: 'ab', Blob: 'aGk' }, "'blob' is not base64."],
    [{ Name: 'ab', Blob: 'a*k=' }, "'blob' is not base64."],
    [{ Name: 'ab', Blob: 'a-k=' }, "'blob' is not base64."],
    [{ Name: 'ab', Blob: '__8=' }, "'blob' is not base64."],
    [{ Name: 'ab', Parts: {} }, "'parts' must be a List; received an object."],
    [{ Name: 'ab', Parts: [5] }, "'parts.1.member' must be a structure; received a number."],
    [{ Name: 'ab', Tags: [] }, "'tags' must be a Map; received a list."],
  ])('refuses the types of %j', (input, message) => {
    const error = errorOf(input);
    expect(error.name).toBe('SerializationException');
    expect(error.message).toBe(message);
  });

  it('wants the SDK’s own values in process', () => {
    expect(errorOf({ Name: 'ab', Blob: 'aGk=' }, 'native').name).toBe('SerializationException');
    expect(errorOf({ Name: 'ab', Time: 5 }, 'native').name).toBe('SerializationException');
  });

  it('takes neither bytes nor a time for a structure or a map', () => {
    for (const value of [new Uint8Array(2), new Date(5)]) {
      for (const input of [value, { Name: 'ab', Tags: value }, { Name: 'ab', Parts: [value] }])
        expect(errorOf(input, 'native').message).toMatch(
          /must be a (structure|Map); received a (blob|timestamp)/,
        );
    }
  });

  it('takes nothing from a member called __proto__', () => {
    expect(errorOf(JSON.parse('{"__proto__":{"Name":"abc"}}')).message).toContain("Value null at 'name'");
  });
});
