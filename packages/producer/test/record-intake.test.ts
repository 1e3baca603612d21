import { expect, test } from 'vitest';
import { InvalidRecordError, PutAbortedError, type RecordFailedError } from '../src/errors.js';
import { RecordIntake } from '../src/record-intake.js';
import type { RefusableSink, Settled } from '../src/sink.js';
import type { UserRecord } from '../src/user-record.js';
import { failureOf, watch } from './support/producer-under-test.js';
import { unkept } from './support/unkept.js';

const records = (...texts: string[]): UserRecord[] => texts.map((data) => ({ partitionKey: 'a', data }));

interface Waiting {
  readonly record: UserRecord;
  readonly sink: RefusableSink;
  readonly onOver: () => void;
  withdrawn?: unknown;
}

/** An intake before a door with so much room. What is called "bad" is refused, at once or after its wait. */
function makeIntake(room: number, onFailure?: (error: Error, record: UserRecord) => void) {
  const entered: unknown[] = [];
  const waiting: Waiting[] = [];
  const broken: unknown[] = [];
  const world = { room, hurried: 0, closed: undefined as Error | undefined };
  const intake = new RecordIntake(
    {
      tryEnter: (record) => {
        if (world.closed) throw world.closed;
        if (record.data === 'bad') throw new InvalidRecordError('data', 'bad', 'good');
        if (world.room === 0) return false;
        world.room -= 1;
        entered.push(record.data);
        return true;
      },
      enterLater: (record, sink, onOver) => {
        const one: Waiting = { record, sink, onOver };
        waiting.push(one);
        return (reason) => {
          one.withdrawn = reason;
          onOver();
          sink.refuse(0, new PutAbortedError(reason));
        };
      },
      hurry: () => {
        world.hurried += 1;
      },
    },
    { onFailure, onBroken: (error) => broken.push(error) },
  );
  const letIn = () => {
    const one = waiting.shift();
    entered.push(one?.record.data);
    one?.onOver();
  };
  return { intake, entered, waiting, broken, world, letIn };
}

/** Takes records, one after the other, and says how that ended. */
function take(intake: RecordIntake, ...texts: string[]): { over: boolean; error: Error | undefined } {
  const taking: { over: boolean; error: Error | undefined } = { over: false, error: undefined };
  const left = records(...texts);
  const done = (error?: Error): void => {
    if (taking.over) throw new Error('It is over already.');
    const next = error ? undefined : left.shift();
    if (next) intake.take(next, done);
    else Object.assign(taking, { over: true, error });
  };
  done();
  return taking;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const stored: Settled = { ...unkept, stored: true, at: () => expect.fail(), deliver: () => expect.fail() };

function failed(text: string): Settled {
  const error = Object.assign(new Error(`${text} failed`), { record: records(text)[0] });
  return {
    ...unkept,
    stored: false,
    at: () => expect.fail(),
    deliver: (_position, _resolve, reject) => reject(error as unknown as RecordFailedError),
  };
}

test('takes what there is room for at once, without waiting a turn', () => {
  const { intake, entered } = makeIntake(3);
  expect(take(intake, '1', '2', '3')).toEqual({ over: true, error: undefined });
  expect([entered, intake.taken]).toEqual([['1', '2', '3'], 3]);
});

test('P2: takes nothing past a record that waits for room, and goes on in order', async () => {
  const { intake, entered, waiting, world, letIn } = makeIntake(1);
  const taking = take(intake, '1', '2', '3', '4');
  world.room = 1;
  await turn();
  expect([entered, waiting.length, taking.over, intake.taken]).toEqual([['1'], 1, false, 1]);
  letIn();
  expect(entered).toEqual(['1', '2']);
  await turn();
  expect([entered, intake.taken]).toEqual([['1', '2', '3'], 3]);
  letIn();
  await turn();
  expect([entered, taking]).toEqual([['1', '2', '3', '4'], { over: true, error: undefined }]);
});

test('P6: is settled when all that it took are, and has what lingers sent', async () => {
  const { intake, world } = makeIntake(2);
  await intake.settled();
  expect(world.hurried).toBe(0);
  take(intake, '1', '2');
  const settled = watch(intake.settled());
  expect(world.hurried).toBe(1);
  intake.settle(0, stored, 0);
  await turn();
  expect(settled.state).toBe('pending');
  intake.settle(0, stored, 1);
  await turn();
  expect(settled.state).toBe('stored');
});

test('without onFailure it ends with the first record that is refused, and takes none after it', () => {
  const { intake, entered, broken } = makeIntake(5);
  const taking = take(intake, '1', 'bad', '3');
  expect(taking).toMatchObject({ over: true, error: { code: 'INVALID_RECORD' } });
  expect(take(intake, '4').error).toBe(taking.error);
  expect([entered, intake.taken, broken]).toEqual([['1'], 1, []]);
});

test('with onFailure it goes on past a record that is refused, now or after its wait', async () => {
  const told: unknown[] = [];
  const { intake, entered, waiting } = makeIntake(1, (error, { data }) => told.push([error.message, data]));
  const taking = take(intake, 'bad', '1', 'late');
  const [late] = waiting;
  late?.sink.refuse(0, new InvalidRecordError('late', 'late', 'early'));
  late?.onOver();
  await turn();
  expect(taking).toEqual({ over: true, error: undefined });
  expect([entered, intake.taken]).toEqual([['1'], 3]);
  expect(told).toEqual([
    [expect.stringContaining('data must be good'), 'bad'],
    [expect.stringContaining('late must be early'), 'late'],
  ]);
  intake.settle(0, stored, 0);
  await intake.settled();
});

test('P1: without onFailure the first record that fails ends it, and is told once; the rest goes on', async () => {
  const { intake, broken } = makeIntake(3);
  take(intake, '1', '2', '3');
  const settled = failureOf(intake.settled());
  intake.settle(0, failed('1'), 0);
  intake.settle(0, failed('2'), 0);
  intake.settle(0, stored, 0);
  expect((await settled).message).toBe('1 failed');
  expect(broken).toEqual([expect.objectContaining({ message: '1 failed' })]);
  expect((await failureOf(intake.settled())).message).toBe('1 failed');
});

test('P1: with onFailure every record that fails is told, also after the end', async () => {
  const told: unknown[] = [];
  const { intake, broken } = makeIntake(2, (error, { data }) => told.push([error.message, data]));
  take(intake, '1', '2');
  intake.settle(0, failed('1'), 0);
  intake.end(new Error('enough'));
  intake.settle(0, failed('2'), 0);
  expect(told).toEqual([
    ['1 failed', '1'],
    ['2 failed', '2'],
  ]);
  expect(broken).toEqual([]);
});

test('what onFailure throws ends it', async () => {
  const refusing = (error: Error) => {
    throw new Error(`no: ${error.message}`);
  };
  const first = makeIntake(1, refusing);
  take(first.intake, '1');
  first.intake.settle(0, failed('1'), 0);
  expect(first.broken).toEqual([expect.objectContaining({ message: 'no: 1 failed' })]);
  const second = makeIntake(1, refusing);
  expect(take(second.intake, 'bad').error?.message).toContain('no: ');
  expect([second.intake.taken, second.broken]).toEqual([0, []]);
});

test('what is wrong with more than one record ends it whoever is told of records', () => {
  const told: unknown[] = [];
  const { intake, world } = makeIntake(1, (error) => told.push(error));
  world.closed = new Error('closed');
  expect(take(intake, '1').error).toBe(world.closed);
  world.closed = undefined;
  expect(take(intake, '2').error?.message).toBe('closed');
  expect([told, intake.taken]).toEqual([[], 0]);
});

test('its end withdraws the record that waits, once, and that is not taken', async () => {
  const { intake, waiting } = makeIntake(0);
  const taking = take(intake, '1', '2');
  const reason = new Error('enough');
  intake.end(reason);
  intake.end(new Error('twice'));
  await turn();
  expect(taking.error).toMatchObject({ code: 'PUT_ABORTED', cause: reason });
  expect([waiting.length, waiting[0]?.withdrawn, intake.taken]).toEqual([1, reason, 0]);
});

test('its end does not withdraw a record that is in', async () => {
  const { intake, waiting, letIn } = makeIntake(0);
  const taking = take(intake, '1');
  const [one] = waiting;
  letIn();
  await turn();
  intake.end(new Error('late'));
  expect([taking, one?.withdrawn]).toEqual([{ over: true, error: undefined }, undefined]);
});

test('its end ends the wait for what is outstanding', async () => {
  const { intake } = makeIntake(1);
  take(intake, '1');
  const settled = failureOf(intake.settled());
  intake.end(new Error('enough'));
  expect((await settled).message).toBe('enough');
});

test('P6: a record that cannot be read back ends the intake and nothing else', async () => {
  const { intake, broken } = makeIntake(1, () => {});
  const unreadable = new Error('It cannot be read back.');
  const error = Object.defineProperty(new Error('It failed.'), 'record', {
    get() {
      throw unreadable;
    },
  });
  take(intake, '1');
  const over = watch(intake.settled());
  const deliver: Settled['deliver'] = (_position, _resolve, reject) => reject(error as RecordFailedError);
  intake.settle(0, { ...unkept, stored: false, at: () => expect.fail(), deliver }, 0);
  await turn();
  expect([broken, over.state]).toEqual([[unreadable], unreadable]);
});
