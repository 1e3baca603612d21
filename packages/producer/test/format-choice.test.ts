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
    choice.passed('json', choice.trial);
    expect(choice.isWorthJson('cbor', fault('SyntaxError', 404))).toBe(true);
    choice.passed('cbor', choice.trial);
    expect(choice.isWorthJson('cbor', fault('SyntaxError', 404))).toBe(false);
    expect(choice.isWorthJson('cbor', fault('SerializationException'))).toBe(true);
  });

  describe('once CBOR was answered well', () => {
    const refused = fault('SerializationException');

    test('is not given up for one refusal that JSON survives', () => {
      const { choice, told } = makeChoice();
      choice.passed('cbor', choice.trial);
      choice.fellBack(refused);
      choice.passed('cbor', choice.trial);
      choice.fellBack(refused);
      expect([choice.format, told]).toEqual(['cbor', []]);
    });

    test('is given up for the second with no good answer between', () => {
      const { choice, told } = makeChoice();
      choice.passed('cbor', choice.trial);
      choice.fellBack(refused);
      choice.passed('json', choice.trial);
      choice.fellBack(refused);
      expect(choice.format).toBe('json');
      expect(told).toHaveLength(1);
    });
  });

  /** What becomes of the next request, written in the format of the moment. */
  function next(choice: FormatChoice, outcome: ServiceFault | 'passes') {
    const { format, trial } = choice;
    if (outcome === 'passes') choice.passed(format, trial);
    else choice.failed(format, outcome, trial);
    return format;
  }

  const page = fault('SyntaxError', 200);
  const tripped = fault('SyntaxError', 500);
  const throttled = fault('ProvisionedThroughputExceededException');
  const broken = serviceFaultOf(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));

  describe.each([
    ['a good answer that cannot be read', page, [page]],
    ['three faults in a row that are not of the service', tripped, [tripped, tripped, tripped]],
  ])('after %s', (_what, last, faults) => {
    const tryCbor = (choice: FormatChoice) => faults.map((one) => next(choice, one));

    test('JSON is on trial; when it passes, CBOR is again; the second time JSON stays, and that is told once', () => {
      const { choice, told } = makeChoice();
      expect(new Set(tryCbor(choice))).toEqual(new Set(['cbor']));
      expect(next(choice, 'passes')).toBe('json');
      expect(told).toEqual([]);
      expect(new Set(tryCbor(choice))).toEqual(new Set(['cbor']));
      expect([next(choice, 'passes'), next(choice, 'passes'), choice.format]).toEqual([
        'json',
        'json',
        'json',
      ]);
      expect(told).toEqual([`${last.name}: ${last.message}`]);
    });

    test('CBOR stays where it passes the second time: something was in the way for a while', () => {
      const { choice, told } = makeChoice();
      tryCbor(choice);
      expect([next(choice, 'passes'), next(choice, 'passes')]).toEqual(['json', 'cbor']);
      tryCbor(choice);
      tryCbor(choice);
      expect([choice.format, told]).toEqual(['cbor', []]);
    });

    test.each([page, tripped])(
      'CBOR is next where JSON fares no better ($name), and JSON has to pass twice from then on',
      (foreign) => {
        const { choice, told } = makeChoice();
        tryCbor(choice);
        next(choice, 'passes');
        tryCbor(choice);
        expect(next(choice, foreign)).toBe('json');
        tryCbor(choice);
        expect([next(choice, 'passes'), choice.format, told]).toEqual(['json', 'cbor', []]);
      },
    );

    test.each([throttled, broken])('JSON stays on trial for $name, which says nothing of it', (other) => {
      const { choice } = makeChoice();
      tryCbor(choice);
      expect([next(choice, other), choice.format]).toEqual(['json', 'json']);
    });

    test('a request in CBOR that is answered well ends the trial', () => {
      const { choice } = makeChoice();
      const { trial } = choice;
      tryCbor(choice);
      choice.passed('cbor', trial);
      expect(choice.format).toBe('cbor');
    });

    test('what was written in an earlier trial counts for nothing', () => {
      const { choice, told } = makeChoice();
      const first = choice.trial;
      tryCbor(choice);
      const second = choice.trial;
      next(choice, 'passes');
      for (const one of faults) choice.failed('cbor', one, first);
      expect(choice.format).toBe('cbor');
      tryCbor(choice);
      choice.passed('json', second);
      choice.failed('json', page, second);
      expect([choice.format, told]).toEqual(['json', []]);
    });

    test('nothing is tried where CBOR was answered well before', () => {
      const { choice } = makeChoice();
      next(choice, 'passes');
      tryCbor(choice);
      expect(choice.format).toBe('cbor');
    });
  });

  test('faults that are not of the service must come in a row', () => {
    const { choice } = makeChoice();
    for (const one of [tripped, tripped, throttled, tripped, broken, tripped]) next(choice, one);
    expect(choice.format).toBe('cbor');
    next(choice, tripped);
    expect(choice.format).toBe('json');
  });

  test("a name makes a fault the service's", () => {
    const { choice } = makeChoice();
    for (let count = 0; count < 5; count += 1) next(choice, fault('InternalFailure', 500));
    expect(choice.format).toBe('cbor');
  });

  test('has nothing to fall back to from JSON', () => {
    const { choice, told } = makeChoice('json');
    expect(choice.format).toBe('json');
    expect(choice.isWorthJson('json', fault('SerializationException'))).toBe(false);
    choice.fellBack(fault('SerializationException'));
    expect(told).toEqual([]);
  });
});
