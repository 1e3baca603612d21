import { type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { describe, expect, test } from 'vitest';
import { FormatChoice, mayBeFormat } from '../src/format-choice.js';
import { serviceError } from './support/fake-kinesis-api.js';

function fault(name: string, status = 400): ServiceFault {
  return serviceFaultOf(serviceError(name, status));
}

describe('mayBeFormat', () => {
  test.each([
    'SerializationException',
    'UnknownOperationException',
    'UnknownOperation',
    'InvalidAction',
    'UnsupportedMediaTypeException',
  ])('%s says so, whenever it comes', (name) => {
    expect([mayBeFormat(fault(name), false), mayBeFormat(fault(name), true)]).toEqual([true, true]);
  });

  test('an unsupported media type says so without a name', () => {
    const unnamed = fault('UnknownError', 415);
    expect([mayBeFormat(unnamed, false), mayBeFormat(unnamed, true)]).toEqual([true, true]);
  });

  test.each([400, 404, 405, 406, 501])('an answer of status %d without a name may, at first', (status) => {
    const unnamed = fault('SyntaxError', status);
    expect([mayBeFormat(unnamed, false), mayBeFormat(unnamed, true)]).toEqual([true, false]);
  });

  test.each([
    ['ValidationException', 400],
    ['InvalidArgumentException', 400],
    ['ResourceNotFoundException', 400],
    ['AccessDeniedException', 400],
    ['LimitExceededException', 400],
    ['UnrecognizedClientException', 400],
    ['MissingAuthenticationTokenException', 400],
    ['KMSDisabledException', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
    ['SyntaxError', 401],
    ['SyntaxError', 403],
    ['SyntaxError', 407],
    ['SyntaxError', 413],
    ['SyntaxError', 429],
    ['SyntaxError', 500],
    ['SyntaxError', 502],
    ['SyntaxError', 503],
    ['SyntaxError', 302],
    // It may be stored: no second request hides that (P1).
    ['SyntaxError', 200],
    ['SyntaxError', 204],
    ['SomethingNew', 400],
  ])('%s with status %d is about something else', (name, status) => {
    expect([mayBeFormat(fault(name, status), false), mayBeFormat(fault(name, status), true)]).toEqual([
      false,
      false,
    ]);
  });

  test.each([
    Object.assign(new Error('gone'), { code: 'ECONNRESET' }),
    Object.assign(new Error('No answer'), { name: 'TimeoutError' }),
    new SyntaxError('thrown by the client'),
    Object.assign(new Error('thrown by the client'), { name: 'SerializationException' }),
  ])('what was not answered says nothing: %s', (error) => {
    expect(mayBeFormat(serviceFaultOf(error), false)).toBe(false);
  });
});

describe('the choice', () => {
  function makeChoice(format: 'cbor' | 'json' = 'cbor') {
    const told: string[] = [];
    const choice = new FormatChoice(format, (reason, message) => void told.push(`${reason}: ${message}`));
    return { choice, told };
  }

  test('is CBOR until a request that it refused has passed as JSON; that is told once', () => {
    const { choice, told } = makeChoice();
    expect(choice.isWorthJson('cbor', fault('SerializationException'))).toBe(true);
    expect([choice.format, told]).toEqual(['cbor', []]);
    choice.fellBack(fault('SerializationException'));
    choice.fellBack(fault('UnknownOperationException'));
    expect([choice.format, told]).toEqual([
      'json',
      ['SerializationException: SerializationException, scripted.'],
    ]);
  });

  test('takes unnamed answers for something else once CBOR was answered well', () => {
    const { choice } = makeChoice();
    choice.passed('json');
    expect(choice.isWorthJson('cbor', fault('SyntaxError', 404))).toBe(true);
    choice.passed('cbor');
    expect(choice.isWorthJson('cbor', fault('SyntaxError', 404))).toBe(false);
    expect(choice.isWorthJson('cbor', fault('SerializationException'))).toBe(true);
  });

  describe('once CBOR was answered well', () => {
    const refused = fault('SerializationException');

    test('is not given up for one refusal that JSON survives', () => {
      const { choice, told } = makeChoice();
      choice.passed('cbor');
      choice.fellBack(refused);
      choice.passed('cbor');
      choice.fellBack(refused);
      expect([choice.format, told]).toEqual(['cbor', []]);
    });

    test('is given up for the second with no good answer between', () => {
      const { choice, told } = makeChoice();
      choice.passed('cbor');
      choice.fellBack(refused);
      choice.passed('json');
      choice.fellBack(refused);
      expect(choice.format).toBe('json');
      expect(told).toHaveLength(1);
    });
  });

  describe('after a good answer that cannot be read', () => {
    const unread = fault('SyntaxError', 200);

    test('is JSON from the next request on, told of once that has passed', () => {
      const { choice, told } = makeChoice();
      choice.failed('cbor', unread);
      expect([choice.format, told]).toEqual(['json', []]);
      choice.passed('json');
      choice.passed('json');
      expect(choice.format).toBe('json');
      expect(told).toEqual([`Http200: ${unread.message}`]);
    });

    test('is CBOR again if JSON fares no better', () => {
      const { choice, told } = makeChoice();
      choice.failed('cbor', unread);
      choice.failed('json', unread);
      expect(choice.format).toBe('cbor');
      choice.passed('json');
      expect([choice.format, told]).toEqual(['cbor', []]);
    });

    test('is CBOR again once another request in CBOR was answered well', () => {
      const { choice } = makeChoice();
      choice.failed('cbor', unread);
      choice.passed('cbor');
      expect(choice.format).toBe('cbor');
    });

    test('stays CBOR where that was answered well before', () => {
      const { choice } = makeChoice();
      choice.passed('cbor');
      choice.failed('cbor', unread);
      expect(choice.format).toBe('cbor');
    });

    test.each([
      fault('ProvisionedThroughputExceededException'),
      fault('SyntaxError', 500),
      serviceFaultOf(Object.assign(new Error('gone'), { code: 'ECONNRESET' })),
    ])('stays as it is for anything else: $name', (other) => {
      const { choice } = makeChoice();
      choice.failed('cbor', other);
      expect(choice.format).toBe('cbor');
      choice.failed('cbor', unread);
      choice.failed('json', other);
      expect(choice.format).toBe('json');
    });
  });

  test('has nothing to fall back to from JSON', () => {
    const { choice, told } = makeChoice('json');
    expect(choice.format).toBe('json');
    expect(choice.isWorthJson('json', fault('SerializationException'))).toBe(false);
    choice.fellBack(fault('SerializationException'));
    expect(told).toEqual([]);
  });
});
