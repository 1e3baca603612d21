import { describe, expect, test } from 'vitest';
import {
  abortSignal,
  aClient,
  aConnection,
  anObject,
  callable,
  deadline,
  integerBetween,
  type OptionTable,
  oneOf,
  resolveOptions,
  streamNameOrArn,
} from '../src/options.js';

const table: OptionTable<'size' | 'mode' | 'onEvent' | 'name'> = {
  size: { summary: 'Size.', defaultValue: 10, ...integerBetween(1, 1_000) },
  mode: { summary: 'Mode.', defaultValue: 'fast', ...oneOf('fast', 'slow') },
  onEvent: { summary: 'Listener.', ...callable() },
  name: {
    summary: 'Name.',
    required: true,
    expected: 'a name',
    accepts: (value) => typeof value === 'string' && value !== '',
  },
};

const refused = (given: unknown) => {
  try {
    resolveOptions('Thing', table, given);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

describe('resolveOptions', () => {
  test('fills in defaults, keeps what was given, and leaves the rest undefined', () => {
    expect(resolveOptions('Thing', table, { name: 'n', size: 7 })).toEqual({
      name: 'n',
      size: 7,
      mode: 'fast',
      onEvent: undefined,
    });
  });

  test('takes an explicit undefined for absent', () => {
    expect(resolveOptions('Thing', table, { name: 'n', size: undefined })).toMatchObject({ size: 10 });
    expect(refused({ name: undefined })).toBe('Thing: option "name" must be a name; received undefined.');
  });

  test('refuses values out of range, null included', () => {
    expect(refused({ name: 'n', size: 0 })).toBe(
      'Thing: option "size" must be a whole number, 1 to 1,000; received 0.',
    );
    expect(refused({ name: 'n', size: null })).toContain('received null');
    expect(refused({ name: 'n', mode: 'FAST' })).toContain("one of 'fast', 'slow'; received \"FAST\"");
    expect(refused({ name: 'n', onEvent: {} })).toContain('must be a function; received an object');
    expect(refused({})).toContain('option "name"');
  });

  test('refuses unknown names, with the spelling that was meant or the names there are', () => {
    expect(refused({ name: 'n', Size: 3 })).toBe('Thing: option "Size" is unknown; did you mean "size"?');
    expect(refused({ name: 'n', onEvnet: 3 })).toContain('did you mean "onEvent"?');
    expect(() =>
      resolveOptions('put', { signal: { summary: 'Signal.', ...abortSignal() } }, { timeout: 3 }),
    ).toThrow('put: option "timeout" is unknown; it must be "signal", the only one.');
    expect(refused({ name: 'n', colour: 3 })).toBe(
      'Thing: option "colour" is unknown; it must be one of size, mode, onEvent, name.',
    );
    const polluted = JSON.parse('{"name":"n","__proto__":{"size":3}}') as object;
    expect(refused(polluted)).toContain('option "__proto__"');
  });

  test('gives the value of an unknown option back as it was received', () => {
    const colour = { hue: 3 };
    const expected = 'one of size, mode, onEvent, name';
    expect(() => resolveOptions('Thing', table, { name: 'n', colour })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'colour', received: colour, expected }),
    );
  });

  test('keeps the value of an unknown option out of the text: it may be a secret in the wrong place', () => {
    expect(refused({ name: 'n', secretAccessKey: 'hush' })).not.toContain('hush');
  });

  test('does not take members that an object merely inherits', () => {
    expect(refused(Object.create({ name: 'inherited' }))).toBeUndefined();
    expect(refused({ name: 'n', toString: 1 })).toContain('option "toString"');
  });

  test('refuses what is no options object', () => {
    for (const given of [undefined, null, 7, 'text', [], () => {}]) {
      expect(refused(given)).toContain('Thing: option "options" must be an object');
    }
  });
});

describe('options that have a clientConfig', () => {
  const ways = {
    clientConfig: { summary: 'Configuration.', ...anObject() },
    connection: { summary: 'Connection.', ...aConnection() },
    client: { summary: 'Client.', ...aClient('KinesisClient') },
  };
  class KinesisClient {
    readonly middlewareStack = {};
    send() {}
  }
  class KinesisConnection {
    join() {}
    stats() {}
  }

  test('say of what belongs in it that it does', () => {
    expect(() => resolveOptions('Thing', ways, { region: 'eu-west-1' })).toThrow(
      'Thing: option "region" is unknown; it belongs in clientConfig.',
    );
    expect(refused({ name: 'n', region: 'eu-west-1' })).toContain('it must be one of size,');
  });

  test.each([
    [new KinesisClient(), ways, 'client', 'a KinesisClient'],
    [new KinesisConnection(), ways, 'connection', 'a KinesisConnection'],
    [new KinesisClient(), { clientConfig: ways.clientConfig }, 'clientConfig', 'a KinesisClient'],
    [Object.assign(Object.create(null), { send() {} }), ways, 'client', 'an Object'],
  ])(
    'say where it goes that was given in their place: %o',
    (given, among: OptionTable<string>, option, name) => {
      expect(() => resolveOptions('Thing', among, given)).toThrow(
        `Thing: option "options" must be an object of options (did you mean { ${option} }?); received ${name}.`,
      );
    },
  );

  test('others take such an object for options, and name a member of it', () => {
    expect(refused(new KinesisClient())).toContain('option "middlewareStack" is unknown');
  });

  test('refuse one without a region', () => {
    expect(() => resolveOptions('Thing', ways, { clientConfig: { region: '' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'region' }),
    );
    const clientConfig = { region: 'eu-west-1' };
    expect(resolveOptions('Thing', ways, { clientConfig })).toMatchObject({ clientConfig });
  });
});

describe('rows', () => {
  test('integerBetween takes whole numbers of the range only', () => {
    const { accepts, expected } = integerBetween(0, 1_000_000);
    expect([0, 1, 1_000_000].map(accepts)).toEqual([true, true, true]);
    expect([-1, 1_000_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5', 5n, null].map(accepts)).toEqual(
      new Array(8).fill(false),
    );
    expect(expected).toBe('a whole number, 0 to 1,000,000');
    expect(integerBetween(1, Number.MAX_SAFE_INTEGER).expected).toBe('a whole number, 1 or more');
  });

  test('oneOf takes the choices as they are written', () => {
    const { accepts } = oneOf('a', 'b');
    expect(['a', 'b', 'A', '', 1, undefined].map(accepts)).toEqual([true, true, false, false, false, false]);
  });

  test('anObject takes no array and no null', () => {
    const { accepts } = anObject();
    expect([{}, new Map(), null, [], 'text', undefined].map(accepts)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('abortSignal takes a signal of another realm too, and not its controller', () => {
    const { accepts } = abortSignal();
    const foreign = { aborted: false, addEventListener: () => {} };
    expect([new AbortController().signal, AbortSignal.abort(), foreign].map(accepts)).toEqual([
      true,
      true,
      true,
    ]);
    expect([new AbortController(), new EventTarget(), { aborted: false }, null, 7].map(accepts)).toEqual(
      new Array(5).fill(false),
    );
  });

  test('deadline takes no time at all and for ever', () => {
    const { accepts } = deadline();
    expect([0, 0.5, Number.POSITIVE_INFINITY].map(accepts)).toEqual([true, true, true]);
    expect([-1, Number.NaN, '5', null, 5n].map(accepts)).toEqual(new Array(5).fill(false));
  });

  test('aConnection takes what can be joined, and no list or client, which have methods like it', () => {
    const { accepts } = aConnection();
    expect(accepts({ join: () => {}, stats: () => {} })).toBe(true);
    for (const value of [[], { stats: () => {} }, { join: () => {} }, {}, null, undefined, 'join']) {
      expect(accepts(value)).toBe(false);
    }
  });

  test('streamNameOrArn takes what the service takes', () => {
    const { accepts } = streamNameOrArn();
    const arn = 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/';
    expect(['tweets', 'a.b-c_d', 'x'.repeat(128), `${arn}tweets`].map(accepts)).toEqual(
      new Array(4).fill(true),
    );
    const wrong = [
      '',
      'x'.repeat(129),
      'a b',
      arn,
      `${arn}a/b`,
      'arn:aws:sns:eu-west-1:123456789012:stream/a',
      7,
    ];
    expect(wrong.map(accepts)).toEqual(new Array(wrong.length).fill(false));
  });
});

test('aClient takes what sends, of whichever copy of the SDK', () => {
  const { accepts, expected } = aClient('KinesisClient');
  expect(expected).toBe('a KinesisClient');
  expect(accepts({ send() {} })).toBe(true);
  for (const given of [{}, { send: 'it' }, null, [], () => {}, 'eu-west-1'])
    expect(accepts(given)).toBe(false);
});
