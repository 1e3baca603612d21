import { getEventListeners } from 'node:events';
import type { ShardlineError } from '@shardline/core';
import { describe, expect, test } from 'vitest';
import { InvalidRecordError, PutAbortedError } from '../src/errors.js';
import { SharedAbort } from '../src/shared-abort.js';
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

test('P1: what reading a record has ended is refused once, and not let in', () => {
  const { noted: refused, sink } = notingSink();
  let over = 0;
  const records = ['one', 'bad', 'three'].map((data) => ({ partitionKey: 'a', data }));
  const call: WaitingCall = new WaitingCall(records, 0, sink, {
    charge({ data }) {
      call.withdraw('enough');
      if (data === 'bad') throw new InvalidRecordError('data', data, 'good');
      return data.length;
    },
    accept: () => expect.unreachable(),
    onOver: () => {
      over += 1;
    },
  });
  expect(call.nextBytes()).toBeUndefined();
  expect(refused).toEqual([0, 1, 2].map((tag) => [tag, 'PUT_ABORTED']));
  expect([call.nextBytes(), over]).toEqual([undefined, 1]);
});

test('P1: a bad record that ends its call is refused once', () => {
  const { noted, sink } = notingSink();
  const call: WaitingCall = new WaitingCall([{ partitionKey: 'a', data: 'bad' }], 0, sink, {
    charge({ data }) {
      call.withdraw('enough');
      throw new InvalidRecordError('data', data, 'good');
    },
    accept: () => expect.unreachable(),
    onOver() {},
  });
  expect(call.nextBytes()).toBeUndefined();
  expect(noted).toEqual([[0, 'PUT_ABORTED']]);
});

describe('WaitingCall.lineUp', () => {
  function lineUp(
    during: (abort: AbortController) => void,
    charge: (abort: AbortController) => number = () => 1,
  ) {
    const { noted, sink } = notingSink();
    const abort = new AbortController();
    const inLine = new Set<object>();
    const call = new WaitingCall([{ partitionKey: 'a', data: 'x' }], 0, sink, {
      charge: () => charge(abort),
      accept() {},
      onOver() {},
    });
    const wait = (waiter: object) => {
      inLine.add(waiter);
      during(abort);
      return () => void inLine.delete(waiter);
    };
    const aborts = new SharedAbort<WaitingCall>((calls, reason) => {
      for (const each of calls) each.withdraw(reason);
    });
    call.lineUp({ gate: { wait }, aborts, signal: abort.signal, mayAlways: false });
    return { abort, inLine, noted, listeners: () => getEventListeners(abort.signal, 'abort').length };
  }

  test('waits until it is withdrawn, which leaves nothing behind', () => {
    const { abort, inLine, noted, listeners } = lineUp(() => {});
    expect([inLine.size, listeners()]).toEqual([1, 1]);
    abort.abort('enough');
    expect([inLine.size, listeners(), noted]).toEqual([0, 0, [[0, 'PUT_ABORTED']]]);
  });

  test.each([
    ['while it lines up', (abort: AbortController) => abort.abort(), undefined],
    [
      'while its record is read',
      () => expect.unreachable(),
      (abort: AbortController) => {
        abort.abort();
        return 1;
      },
    ],
  ])('is refused where its signal fires %s', (_, during, charge) => {
    const { inLine, noted, listeners } = lineUp(during, charge);
    expect([inLine.size, listeners(), noted]).toEqual([0, 0, [[0, 'PUT_ABORTED']]]);
  });

  test('does not line up where nothing of it is left, or it may not', () => {
    const bad = lineUp(
      () => expect.unreachable(),
      () => {
        throw new InvalidRecordError('data', 'bad', 'good');
      },
    );
    expect([bad.inLine.size, bad.listeners(), bad.noted]).toEqual([0, 0, [[0, 'INVALID_RECORD']]]);
    const full = lineUp(() => {
      throw new InvalidRecordError('data', 'x', 'told by the gate');
    });
    expect([full.listeners(), full.noted]).toEqual([0, [[0, 'INVALID_RECORD']]]);
  });
});

function notingSink() {
  const noted: [number, string][] = [];
  const refuse = (tag: number, error: ShardlineError) => void noted.push([tag, error.code]);
  const sink: RefusableSink = { recordOverheadBytes: 0, settle() {}, refuse };
  return { noted, sink };
}

test.each([
  ['a text', '12 km'],
  ['a large number', 1e12],
  ['a bigint', 5n],
])('counts nothing for a record whose length is %s: none has such', (_, length) => {
  const odd = { partitionKey: { length }, data: { length } } as unknown as UserRecord;
  const call = new WaitingCall([odd], 0, notingSink().sink, {
    charge: () => 1,
    accept() {},
    onOver() {},
  });
  expect(call.bytes).toBe(recordOverheadBytes);
});
