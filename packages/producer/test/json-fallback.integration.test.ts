import { describe, expect, test } from 'vitest';
import type { ProducerEvent } from '../src/events.js';
import { attemptsOf, errorsOf, rudeTrial } from './support/bad-input.js';
import { page, type RudeCall, type Rudeness } from './support/rude-server.js';

/*
 * Endpoints that do not take CBOR, each in its own way: the producer finds out with the first request, loses nothing and fails
 * nothing for it, and stays with JSON.
 */

const isCbor = ({ request }: RudeCall) => String(request.headers['content-type']).includes('cbor');

function refusing(status: number, type: string, body: string): Rudeness {
  return async (call) => {
    await call.body();
    call.response.writeHead(status, { 'content-type': type }).end(body);
  };
}

const json = 'application/x-amz-json-1.1';
const refusals: Readonly<Record<string, Rudeness>> = {
  'an error that names serialization': refusing(400, json, '{"__type":"SerializationException"}'),
  'an error that names the operation': refusing(404, json, '{"__type":"UnknownOperationException"}'),
  'an unsupported media type': refusing(415, 'text/plain', 'Unsupported Media Type'),
  'an error without a name': refusing(400, json, '{"message":"Unexpected token"}'),
  'a page of a web server': page(404),
  'nothing but a status': refusing(400, json, ''),
};

/** A producer before an endpoint that does this to CBOR, what it was sent, and what it told. */
async function trialBefore(rudeness: Rudeness, isMeant = isCbor) {
  const events: ProducerEvent[] = [];
  const formats: string[] = [];
  const trial = await rudeTrial({ onEvent: (event) => void events.push(event), aggregate: 'never' });
  trial.rude.onPut = (call) => {
    formats.push(isCbor(call) ? 'cbor' : 'json');
    return isMeant(call) ? rudeness(call) : call.pass();
  };
  const told = () => events.filter(({ type }) => type === 'json-fallback');
  return { ...trial, formats, told };
}

describe.each(Object.entries(refusals))('CBOR refused by %s', (_what, rudeness) => {
  test('everything is stored at the first attempt, as JSON', async () => {
    const { put, formats, told } = await trialBefore(rudeness);
    expect(attemptsOf(await put())).toEqual([[undefined], [undefined], [undefined], [undefined]]);
    expect(formats).toEqual(['cbor', 'json']);
    await put(20, 20_000);
    expect(new Set(formats.slice(1))).toEqual(new Set(['json']));
    expect(told()).toEqual([
      { type: 'json-fallback', reason: expect.any(String), message: expect.any(String) },
    ]);
  });
});

describe('P1: a good answer to CBOR that cannot be read', () => {
  /** The records are stored. */
  const hidden: Rudeness = async (call) => {
    await call.effect();
    await page(200)(call);
  };

  test('is an attempt of its own, and the next one goes as JSON; once more, and JSON stays', async () => {
    const { put, formats, told } = await trialBefore(hidden);
    // How many requests several records take is the clock's affair.
    const stored = ['Http200', undefined];
    expect(attemptsOf(await put(1))).toEqual([stored]);
    expect(told()).toEqual([]);
    expect(attemptsOf(await put(1))).toEqual([stored]);
    attemptsOf(await put());
    expect(formats.slice(0, 4)).toEqual(['cbor', 'json', 'cbor', 'json']);
    expect(new Set(formats.slice(4))).toEqual(new Set(['json']));
    expect(told()).toMatchObject([{ reason: 'Http200' }]);
  });

  test('is not hidden by what JSON comes to', async () => {
    const denied = refusing(400, json, '{"__type":"AccessDeniedException"}');
    const { put, formats, told } = await trialBefore(
      (call) => (isCbor(call) ? hidden(call) : denied(call)),
      () => true,
    );
    for (const error of errorsOf(await put())) {
      expect(error).toMatchObject({ code: 'ACCESS_DENIED', mayBeStored: true });
      expect(error.attempts.map(({ errorCode }) => errorCode)).toEqual(['Http200', 'AccessDeniedException']);
    }
    // How many requests the records take is the clock's affair.
    expect([formats[0], new Set(formats.slice(1)), told()]).toEqual(['cbor', new Set(['json']), []]);
  });
});

test('a server that trips over CBOR, as moto does: JSON is found, and stays', async () => {
  const { put, formats, told } = await trialBefore(page(500));
  const tripped = ['Http500', 'Http500', 'Http500', undefined];
  expect([attemptsOf(await put(1)), attemptsOf(await put(1))]).toEqual([[tripped], [tripped]]);
  attemptsOf(await put());
  expect(formats.slice(0, 8)).toEqual([...Array(3).fill('cbor'), 'json', ...Array(3).fill('cbor'), 'json']);
  expect(new Set(formats.slice(8))).toEqual(new Set(['json']));
  expect(told()).toMatchObject([{ reason: 'Http500' }]);
});

test.each([200, 502])('a portal that answers everything with %i for a while: CBOR stays', async (status) => {
  const until = status === 200 ? 1 : 3;
  const { put, formats, told } = await trialBefore(page(status), () => formats.length <= until);
  attemptsOf(await put(1));
  attemptsOf(await put(1));
  attemptsOf(await put(1));
  expect(formats.slice(until)).toEqual(['json', 'cbor', 'cbor']);
  expect(told()).toEqual([]);
});

test('an answer in JSON to a request in CBOR is as good', async () => {
  const { put, formats, told } = await trialBefore(async (call) => {
    await call.body();
    const Records = Array.from({ length: 4 }, () => ({
      ShardId: 'shardId-000000000000',
      SequenceNumber: '1',
    }));
    call.response.writeHead(200, { 'content-type': json }).end(JSON.stringify({ Records }));
  });
  attemptsOf(await put());
  expect([formats, told()]).toEqual([['cbor'], []]);
});

test('P7: a record that no format mends fails alone, and CBOR stays', async () => {
  const { put, formats, told } = await trialBefore(
    refusing(400, json, '{"__type":"SerializationException","message":"poison"}'),
    () => true,
  );
  for (const error of errorsOf(await put(1))) {
    expect(error).toMatchObject({ code: 'RECORD_REFUSED', mayBeStored: false });
  }
  expect([formats, told()]).toEqual([['cbor', 'json'], []]);
});

test('once CBOR was answered well, a page in between is a fault of its own, and CBOR stays', async () => {
  let puts = 0;
  const { put, formats, told } = await trialBefore(page(404), () => {
    puts += 1;
    return puts === 2;
  });
  attemptsOf(await put());
  expect(errorsOf(await put())).toHaveLength(4);
  attemptsOf(await put());
  expect([formats, told()]).toEqual([['cbor', 'cbor', 'cbor'], []]);
});
