import type { ShardlineError } from '@shardline/core';
import { expect, test } from 'vitest';
import { InvalidRecordError, PutAbortedError } from '../src/errors.js';
import type { RefusableSink } from '../src/sink.js';
import { recordOverheadBytes, type UserRecord } from '../src/user-record.js';
import { WaitingCall } from '../src/waiting-call.js';

function makeCall(texts: string[], first = 0) {
  const noted = { accepted: [] as [string, number, number][], refused: [] as [number, string][], over: 0 };
  const records: UserRecord[] = texts.map((data) => ({ partitionKey: 'a', data }));
  const sink: RefusableSink = {
    recordOverheadBytes: 0,
    settle() {},
    refuse: (tag: number, error: ShardlineError) => void noted.refused.push([tag, error.code]),
  };
  let charged: UserRecord | undefined;
  const call = new WaitingCall(records, first, sink, {
    charge(record) {
      charged = record;
      if (record.data === 'bad') throw new InvalidRecordError('data', record.data, 'good');
      return record.data.length + 10;
    },
    accept(bytes, index) {
      if (charged?.data === 'breaks') throw new InvalidRecordError('data', charged.data, 'whole');
      noted.accepted.push([String(charged?.data), bytes, index]);
    },
    onOver: () => {
      noted.over += 1;
    },
  });
  return { call, noted, records };
}

test('lets its records in one by one, with what they were charged and their place in the array', () => {
  const { call, noted } = makeCall(['skipped', 'one', 'three'], 1);
  expect([call.length, call.bytes]).toEqual([2, 8 + 2 * (1 + recordOverheadBytes)]);
  expect(call.nextBytes()).toBe(13);
  call.admit();
  expect(call.nextBytes()).toBe(15);
  call.admit();
  expect(noted.over).toBe(0);
  expect(call.nextBytes()).toBeUndefined();
  expect(noted).toEqual({
    accepted: [
      ['one', 13, 1],
      ['three', 15, 2],
    ],
    refused: [],
    over: 1,
  });
});

test('refuses bad records on the way and goes on', () => {
  const { call, noted } = makeCall(['bad', 'one', 'bad']);
  expect(call.nextBytes()).toBe(13);
  call.admit();
  expect(call.nextBytes()).toBeUndefined();
  expect(noted.refused).toEqual([
    [0, 'INVALID_RECORD'],
    [2, 'INVALID_RECORD'],
  ]);
});

test('a record that breaks when it is taken is refused, the next one goes in', () => {
  const { call, noted } = makeCall(['breaks', 'one']);
  call.nextBytes();
  call.admit();
  call.nextBytes();
  call.admit();
  expect([noted.refused, noted.accepted]).toEqual([[[0, 'INVALID_RECORD']], [['one', 13, 1]]]);
});

test('fails what is left, once', () => {
  const { call, noted } = makeCall(['one', 'two', 'three']);
  call.nextBytes();
  call.admit();
  call.fail(new PutAbortedError('enough'));
  call.fail(new PutAbortedError('enough'));
  expect(noted.refused).toEqual([
    [1, 'PUT_ABORTED'],
    [2, 'PUT_ABORTED'],
  ]);
  expect(noted.over).toBe(1);
});

test('its caller may do with the array what it likes', () => {
  const { call, noted, records } = makeCall(['one', 'two']);
  records.length = 0;
  for (let bytes = call.nextBytes(); bytes !== undefined; bytes = call.nextBytes()) call.admit();
  expect(noted.accepted.map(([text]) => text)).toEqual(['one', 'two']);
});
