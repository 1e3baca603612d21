import { formatHashKey, hashKeyOf } from '@shardline/aggregation';
import type { ShardlineError } from '@shardline/core';
import { expect, test, vi } from 'vitest';
import { ownSignalBytes } from '../src/abortable-sink.js';
import { Admission, type AdmissionParts } from '../src/admission.js';
import { Gate, type GateLimits } from '../src/gate.js';
import { chargeOf } from '../src/members.js';
import type { AcceptedRecord } from '../src/open-aggregate.js';
import type { RefusableSink } from '../src/sink.js';
import { promiseBytes } from '../src/sinks.js';
import { recordOverheadBytes, type UserRecord } from '../src/user-record.js';
import { notYet } from './support/gates.js';

const mib = 1_048_576;
/** What a record may be counted besides its bytes: at the gate, with a promise and a signal of its own, more than as an entry. */
const aloneBytes = recordOverheadBytes + promiseBytes + ownSignalBytes;

/** An admission over a real gate. What it lets in stays in until it leaves, oldest first. */
function makeAdmission(limits: Partial<GateLimits> = {}, parts: Partial<AdmissionParts> = {}) {
  const gate = new Gate(
    { maxRecords: 3, maxBytes: 32 * mib, maxWaiting: 100, ...limits },
    { onFull() {}, shrink() {}, reclaim() {}, setAsideBytes: () => 0, ...notYet },
  );
  const entered: { accepted: AcceptedRecord; hash: string }[] = [];
  const inside: AcceptedRecord[] = [];
  const admission = new Admission({
    stream: 'tweets',
    gate,
    maxOutstandingBytes: limits.maxBytes ?? 32 * mib,
    maxRecordBytes: () => mib,
    describe: () => {},
    nowMs: () => 7,
    accept: (reused, hash) => {
      const { partitionKey, explicitHashKey, data } = reused.record;
      const accepted = { ...reused, record: { partitionKey, explicitHashKey, data } };
      entered.push({ accepted, hash: formatHashKey(hash) });
      inside.push(accepted);
    },
    ...parts,
  });
  const leave = () => {
    const oldest = inside.shift();
    if (oldest) gate.leave(1, chargeOf(oldest.bytes, oldest.sink));
  };
  return {
    admission,
    gate,
    entered,
    leave,
    texts: () => entered.map(({ accepted }) => accepted.record.data),
  };
}

/** Notes what was refused. */
class NotingSink implements RefusableSink {
  readonly recordOverheadBytes = 10;
  readonly refused: [number, string][] = [];

  settle(): void {
    throw new Error('Nothing is settled here.');
  }

  refuse(tag: number, error: ShardlineError): void {
    this.refused.push([tag, error.code]);
  }
}

const records = (...texts: string[]): UserRecord[] => texts.map((data) => ({ partitionKey: 'a', data }));
const bad: UserRecord = { partitionKey: '', data: 'bad' };

test('a record that fits is let in at once, with its hash key, size, sink, tag and time', () => {
  const { admission, gate, entered } = makeAdmission();
  const sink = new NotingSink();
  expect(admission.tryEnter({ partitionKey: 'clé', data: 'xyz' }, sink, 5)).toBe(true);
  expect(entered).toEqual([
    {
      accepted: {
        record: { partitionKey: 'clé', data: 'xyz' },
        bytes: 7,
        sink,
        tag: 5,
        putAtMs: 7,
      },
      hash: formatHashKey(hashKeyOf('clé')),
    },
  ]);
  expect([gate.outstandingRecords, gate.outstandingBytes]).toEqual([1, 7 + recordOverheadBytes + 10]);
});

test('an explicit hash key is handed on in plain decimal', () => {
  const { admission, entered } = makeAdmission();
  admission.tryEnter({ partitionKey: 'a', explicitHashKey: ' +0042 ', data: '' }, undefined, 0);
  expect(entered[0]).toMatchObject({ accepted: { record: { explicitHashKey: '42' } }, hash: '42' });
});

test('a record that does not fit is not let in, a bad one throws, and neither takes room', () => {
  const { admission, gate } = makeAdmission({ maxRecords: 1 });
  const [one, other] = records('1', '2');
  expect(admission.tryEnter(one as UserRecord, undefined, 0)).toBe(true);
  expect(admission.tryEnter(other as UserRecord, undefined, 0)).toBe(false);
  expect(() => admission.tryEnter(bad, undefined, 0)).toThrow(/partitionKey/);
  expect(gate.outstandingRecords).toBe(1);
});

test('a record that could never fit is too large, whatever the stream takes', () => {
  const { admission } = makeAdmission({ maxBytes: 2_000 });
  const largest = { partitionKey: 'a', data: 'x'.repeat(2_000 - aloneBytes - 1) };
  expect(admission.tryEnter(largest, undefined, 0)).toBe(true);
  expect(() => admission.tryEnter({ ...largest, data: `${largest.data}x` }, undefined, 0)).toThrow(
    expect.objectContaining({ code: 'RECORD_TOO_LARGE', limitBytes: 2_000 - aloneBytes }),
  );
});

test('P2: a batch is let in as far as there is room; the rest waits, in order, and is let in as others leave', () => {
  const { admission, gate, leave, texts } = makeAdmission();
  const sink = new NotingSink();
  admission.enterAll(records('1', '2', '3', '4', '5'), sink, undefined);
  expect([texts(), gate.waitingPuts]).toEqual([['1', '2', '3'], 2]);
  leave();
  expect([texts(), gate.waitingPuts]).toEqual([['1', '2', '3', '4'], 1]);
  leave();
  expect([texts(), gate.waitingPuts, sink.refused]).toEqual([['1', '2', '3', '4', '5'], 0, []]);
});

test('P2, P3: nothing passes the rest of a batch that waits', () => {
  const { admission, leave, texts } = makeAdmission({ maxRecords: 1 });
  admission.enterAll(records('1', '2', '3'), new NotingSink(), undefined);
  admission.enterAll(records('4'), new NotingSink(), undefined);
  expect(admission.tryEnter(records('5')[0] as UserRecord, undefined, 0)).toBe(false);
  for (let at = 0; at < 4; at += 1) leave();
  expect(texts()).toEqual(['1', '2', '3', '4']);
});

test('P7: bad records of a batch are refused, by their place, whether they wait or not', () => {
  const { admission, leave, texts } = makeAdmission({ maxRecords: 1 });
  const sink = new NotingSink();
  admission.enterAll([bad, ...records('1'), bad, ...records('2'), bad], sink, undefined);
  expect([texts(), sink.refused[0]]).toEqual([['1'], [0, 'INVALID_RECORD']]);
  leave();
  leave();
  expect(texts()).toEqual(['1', '2']);
  expect(sink.refused).toEqual([
    [0, 'INVALID_RECORD'],
    [2, 'INVALID_RECORD'],
    [4, 'INVALID_RECORD'],
  ]);
});

test('P2: what may not wait is refused with BUFFER_FULL, all of it', () => {
  const { admission, gate, texts } = makeAdmission({ maxWaiting: 0 });
  const sink = new NotingSink();
  admission.enterAll(records('1', '2', '3', '4', '5'), sink, undefined);
  expect(texts()).toEqual(['1', '2', '3']);
  expect(sink.refused).toEqual([
    [3, 'BUFFER_FULL'],
    [4, 'BUFFER_FULL'],
  ]);
  expect(gate.waitingPuts).toBe(0);
});

test('an abort refuses what waits, lets in who waited behind, and no longer matters once nothing waits', () => {
  const { admission, gate, leave, texts } = makeAdmission({ maxRecords: 1 });
  const abort = new AbortController();
  const sink = new NotingSink();
  admission.enterAll(records('1', '2', '3'), sink, abort.signal);
  admission.enterAll(records('4'), new NotingSink(), undefined);
  abort.abort(new Error('bored'));
  expect(sink.refused).toEqual([
    [1, 'PUT_ABORTED'],
    [2, 'PUT_ABORTED'],
  ]);
  leave();
  expect([texts(), gate.waitingPuts]).toEqual([['1', '4'], 0]);
  const late = new AbortController();
  const other = new NotingSink();
  admission.enterAll(records('5'), other, late.signal);
  leave();
  late.abort();
  expect([texts(), other.refused]).toEqual([['1', '4', '5'], []]);
});

test('a signal that had fired before refuses the whole call, room or not', () => {
  const { admission, texts } = makeAdmission({ maxRecords: 1 });
  const sink = new NotingSink();
  admission.enterAll(records('1', '2'), sink, AbortSignal.abort());
  expect([texts(), sink.refused]).toEqual([
    [],
    [
      [0, 'PUT_ABORTED'],
      [1, 'PUT_ABORTED'],
    ],
  ]);
});

test('P2: a record above the default limit waits for the description of the stream, and holds up what comes after', async () => {
  let known: number | undefined;
  const describe = vi.fn();
  const { admission, gate, texts } = makeAdmission({}, { maxRecordBytes: () => known, describe });
  const sink = new NotingSink();
  const large = 'x'.repeat(2 * mib);
  admission.enterAll(records('1', large, '2'), sink, undefined);
  expect(texts()).toEqual(['1']);
  expect(describe).toHaveBeenCalled();
  known = 3 * mib;
  gate.lookAgain();
  expect([texts().map(({ length }) => length), sink.refused]).toEqual([[1, large.length, 1], []]);
});

test('the same record is refused where the stream does not take it; the others are let in', async () => {
  let known: number | undefined;
  const { admission, gate, texts } = makeAdmission({}, { maxRecordBytes: () => known });
  const sink = new NotingSink();
  admission.enterAll(records('1', 'x'.repeat(2 * mib), '2'), sink, undefined);
  known = mib;
  gate.lookAgain();
  expect([texts(), sink.refused]).toEqual([['1', '2'], [[1, 'RECORD_TOO_LARGE']]]);
});

test('a try of such a record has the stream described, and asks for no room that nobody can make', () => {
  const describe = vi.fn();
  const { admission, gate, texts } = makeAdmission({}, { maxRecordBytes: () => undefined, describe });
  const asked = vi.spyOn(gate, 'tryEnter');
  const [large] = records('x'.repeat(2 * mib));
  const [small] = records('1');
  expect([large, small].map((record) => record && admission.tryEnter(record, undefined, 0))).toEqual([
    false,
    true,
  ]);
  expect([describe.mock.calls.length, asked.mock.calls.length, texts()]).toEqual([1, 1, ['1']]);
});

test('P6: drained resolves when every call was let in or refused', async () => {
  const { admission, leave } = makeAdmission({ maxRecords: 1 });
  await admission.drained();
  admission.enterAll(records('1', '2'), new NotingSink(), undefined);
  admission.enterAll(records('3'), new NotingSink(), undefined);
  const states: string[] = [];
  const drained = admission.drained().then(() => states.push('drained'));
  leave();
  await Promise.resolve();
  expect(states).toEqual([]);
  leave();
  await drained;
  expect(states).toEqual(['drained']);
});

test('P6: close refuses whatever waits', async () => {
  const { admission, gate, texts } = makeAdmission({ maxRecords: 1 });
  const [one, other] = [new NotingSink(), new NotingSink()];
  admission.enterAll(records('1', '2', '3'), one, undefined);
  admission.enterAll(records('4'), other, undefined);
  admission.close();
  await admission.drained();
  expect([texts(), gate.waitingPuts]).toEqual([['1'], 0]);
  expect(one.refused).toEqual([
    [1, 'PRODUCER_CLOSED'],
    [2, 'PRODUCER_CLOSED'],
  ]);
  expect(other.refused).toEqual([[0, 'PRODUCER_CLOSED']]);
});

test('what a try was refused is told with what it is charged and its key, whatever it reads as later', () => {
  const { admission } = makeAdmission({ maxRecords: 1 }, { maxRecordBytes: () => undefined });
  const [large, other] = records('x'.repeat(2 * mib), 'other') as [UserRecord, UserRecord];
  expect([admission.tryEnter(large, undefined, 0), admission.refused]).toEqual([
    false,
    { bytes: 2 * mib + 1 + recordOverheadBytes, orderKey: large.partitionKey },
  ]);
  admission.tryEnter(other, undefined, 0);
  let reads = 0;
  const record = {
    partitionKey: 'ab',
    explicitHashKey: '007',
    get data() {
      reads += 1;
      return 'xyz'.repeat(reads);
    },
  };
  expect(admission.tryEnter(record, undefined, 0)).toBe(false);
  expect([admission.refused, reads]).toEqual([{ bytes: 5 + recordOverheadBytes, orderKey: '7' }, 1]);
  admission.tryEnter(other, new NotingSink(), 0);
  expect(admission.refused.orderKey).toBe('7');
});

test('where nobody may wait, what a put was refused is told too', () => {
  const { admission } = makeAdmission({ maxRecords: 1, maxWaiting: 0 });
  const sink = new NotingSink();
  admission.enterAll(records('1', '2'), sink, undefined);
  expect([sink.refused, admission.refused.bytes]).toEqual([
    [[1, 'BUFFER_FULL']],
    2 + recordOverheadBytes + sink.recordOverheadBytes,
  ]);
});

test('P1: a call is settled for as many records as it had, though reading them changes the array', () => {
  for (const maxRecords of [1, 2]) {
    for (const [length, ends] of [
      [2, [['1', '2'], [[2, 'INVALID_RECORD']]]],
      [5, [['1', '2', '3'], []]],
    ] as const) {
      const { admission, texts, leave } = makeAdmission({ maxRecords });
      const changing: UserRecord[] = records('1', '2', '3');
      changing[1] = {
        partitionKey: 'a',
        get data() {
          changing.length = length;
          return '2';
        },
      };
      const sink = new NotingSink();
      admission.enterAll(changing, sink, undefined);
      leave();
      leave();
      expect([texts(), sink.refused]).toEqual(ends);
    }
  }
});

test('a record that may always wait is let in in its turn, and withdrawn until then', () => {
  const { admission, gate, leave, texts } = makeAdmission({ maxRecords: 1, maxWaiting: 1 });
  const sink = new NotingSink();
  admission.enterAll(records('1', '2'), sink, undefined);
  const over: string[] = [];
  const [third, fourth, fifth] = records('3', '4', '5') as [UserRecord, UserRecord, UserRecord];
  admission.enterLater(third, sink, () => over.push('3'));
  const withdraw = admission.enterLater(fourth, sink, () => over.push('4'));
  admission.enterAll([fifth], sink, undefined);
  expect(sink.refused).toEqual([[0, 'BUFFER_FULL']]);
  expect(gate.waitingPuts).toBe(3);
  withdraw(new Error('enough'));
  withdraw(new Error('twice'));
  expect(sink.refused.slice(1)).toEqual([[0, 'PUT_ABORTED']]);
  expect(over).toEqual(['4']);
  leave();
  leave();
  expect(texts()).toEqual(['1', '2', '3']);
  expect(over).toEqual(['4', '3']);
  withdraw(new Error('late'));
  expect(sink.refused).toHaveLength(2);
  expect(gate.waitingPuts).toBe(0);
});

test('P2: room that was told of is not for a put that can line up, but for what is put without waiting', async () => {
  const { admission, gate, leave, texts } = makeAdmission({ maxRecords: 1 });
  const [first, second, third] = records('1', '2', '3') as [UserRecord, UserRecord, UserRecord];
  admission.tryEnter(first, undefined, 0);
  gate.room({ bytes: 1, orderKey: third.partitionKey }, () => {});
  leave();
  await Promise.resolve();
  admission.enterAll([second], new NotingSink(), undefined);
  expect([gate.waitingPuts, admission.tryEnter(third, undefined, 0), texts()]).toEqual([1, true, ['1', '3']]);
});
