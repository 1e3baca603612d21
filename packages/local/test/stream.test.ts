import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split } from '../src/reshard.js';
import { RetainedBytes } from '../src/retained-bytes.js';
import { formatSequenceNumber, sequencePrefix } from '../src/sequence-number.js';
import { StreamConsumer } from '../src/stream-consumer.js';
import { Tank } from '../src/tank.js';
import { bareStream } from './support/bare-stream.js';

const hour = 3_600_000;
const hex = (value: bigint) => value.toString(16).padStart(32, '0');

describe('Stream', () => {
  it('is in a status until its time has come, and finishes once', () => {
    const stream = bareStream(1);
    let finished = 0;
    expect(stream.status).toBe('ACTIVE');
    stream.begin('UPDATING', 100, () => {
      finished += 1;
    });
    stream.settle(99);
    expect([stream.status, finished]).toEqual(['UPDATING', 0]);
    stream.settle(100);
    stream.settle(200);
    expect([stream.status, finished]).toEqual(['ACTIVE', 1]);
  });

  it('keeps for every record whether it was encrypted, in the shards of then and in later ones', () => {
    const stream = bareStream(1);
    const record = { data: new Uint8Array(1), partitionKey: 'k', arrivalMs: 0, sizeBytes: 2 };
    const [parent] = stream.openShards;
    parent?.append(record);
    stream.encryptWith('alias/a');
    parent?.append(record);
    if (parent) split(stream, parent, hex(5n), 1);
    stream.encryptWith('alias/b');
    expect(stream.encryptionKeyId).toBe('alias/b');
    const [child] = stream.openShards;
    child?.append(record);
    stream.encryptWith(undefined);
    child?.append(record);
    const covered = (shard: typeof parent) => [0, 1].map((at) => shard?.log.encryption.covers(at));
    expect([covered(parent), covered(child)]).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(stream.encryptionKeyId).toBeUndefined();
  });

  it('finds the open shard of any key', () => {
    const key = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), key, (shards, value) => {
        const stream = bareStream(shards);
        const wanted = hex(value);
        const holders = stream.openShards.filter(({ range }) => range.start <= wanted && wanted <= range.end);
        expect([stream.shardFor(wanted)]).toEqual(holders);
      }),
    );
  });

  it('finds the shard that gave a sequence number out, while it has it', () => {
    const stream = bareStream(2);
    const [low, high] = stream.openShards;
    if (!low || !high) throw new Error('there are two');
    const numberOf = ({ prefix }: typeof low) => formatSequenceNumber(prefix, 1, 0);
    expect([low, high].map((shard) => stream.giverOf(numberOf(shard)))).toEqual([low, high]);
    split(stream, low, hex(5n), hour);
    expect(stream.giverOf(numberOf(low))).toBe(low);
    const namesake = sequencePrefix(99, low.number);
    const given = numberOf(low);
    const others = [formatSequenceNumber(namesake, 1, 0), `${given}0`, `${given.slice(0, -1)}x`, '1', ''];
    expect(others.map((other) => stream.giverOf(other))).toEqual(others.map(() => undefined));
    stream.settle(25 * hour + 1);
    expect(stream.giverOf(numberOf(low))).toBeUndefined();
  });

  it('has no shard for a key while it has none at all', () => {
    expect(bareStream(0).shardFor(hex(0n))).toBeUndefined();
  });

  it('trims records and closed shards past the retention period, and gives their memory back', () => {
    const budget = new RetainedBytes(1e6);
    const stream = bareStream(1, { budget });
    const [parent] = stream.openShards;
    if (!parent) throw new Error('there is one');
    const record = (arrivalMs: number) => ({
      data: new Uint8Array(1),
      partitionKey: 'k',
      arrivalMs,
      sizeBytes: 2,
    });
    parent.append(record(0));
    split(stream, parent, hex(5n), hour);
    const [child] = stream.openShards;
    child?.append(record(2 * hour));
    const held = budget.used;
    stream.trim(24 * hour + 1);
    expect(budget.used).toBe(held / 2);
    expect(stream.shard(parent.id)).toBe(parent);
    stream.trim(25 * hour + 1);
    expect(stream.shard(parent.id)).toBeUndefined();
    expect(stream.shards).toHaveLength(2);
    stream.release();
    expect(budget.used).toBe(0);
  });

  it('forgets closed shards whenever it is looked at, with their records, each at its time', () => {
    const budget = new RetainedBytes(1e6);
    const stream = bareStream(2, { budget });
    const [low, high] = stream.openShards;
    if (!low || !high) throw new Error('there are two');
    low.append({ data: new Uint8Array(1), partitionKey: 'k', arrivalMs: hour, sizeBytes: 2 });
    split(stream, low, hex(5n), hour);
    split(stream, high, hex(2n ** 127n + 5n), 3 * hour);
    const left = () => stream.shards.map(({ number }) => number);
    stream.settle(25 * hour);
    expect(left()).toEqual([0, 1, 2, 3, 4, 5]);
    stream.settle(25 * hour + 1);
    expect([left(), stream.shard(low.id), budget.used]).toEqual([[1, 2, 3, 4, 5], undefined, 0]);
    stream.settle(27 * hour);
    expect(left()).toEqual([1, 2, 3, 4, 5]);
    stream.settle(27 * hour + 1);
    expect([left(), stream.shard(high.id)]).toEqual([[2, 3, 4, 5], undefined]);
    stream.settle(1e6 * hour);
    expect(left()).toEqual([2, 3, 4, 5]);
  });

  it('has its consumers forget the shards that it forgets', () => {
    const stream = bareStream(1);
    const consumer = new StreamConsumer({ name: 'c', streamArn: stream.arn, createdAtMs: 0, activeAtMs: 0 });
    stream.consumers.add(consumer);
    const [parent] = stream.openShards;
    if (!parent) throw new Error('there is one');
    split(stream, parent, hex(5n), hour);
    for (const { id } of stream.shards) consumer.subscribeCalls.set(id, new Tank(1, 1, 0));
    stream.settle(25 * hour);
    expect(consumer.subscribeCalls.size).toBe(3);
    stream.settle(25 * hour + 1);
    expect([...consumer.subscribeCalls.keys()]).toEqual(stream.openShards.map(({ id }) => id));
  });

  it('has a horizon that never falls, whoever looked before the retention period grew', () => {
    const stream = bareStream(1);
    stream.settle(30 * hour);
    expect(stream.trimHorizonMs(30 * hour)).toBe(6 * hour);
    stream.retentionHours = 48;
    expect(stream.trimHorizonMs(31 * hour)).toBe(6 * hour);
    stream.settle(54 * hour);
    expect(stream.trimHorizonMs(54 * hour)).toBe(6 * hour);
    expect(stream.trimHorizonMs(55 * hour)).toBe(7 * hour);
    stream.retentionHours = 24;
    stream.trim(55 * hour);
    stream.retentionHours = 48;
    expect(stream.trimHorizonMs(55 * hour)).toBe(31 * hour);
  });

  it('says when its transition is done, and lets those who watch its shards know of it', () => {
    const stream = bareStream(2);
    expect(stream.dueAtMs).toBe(Number.POSITIVE_INFINITY);
    let told = 0;
    for (const shard of stream.shards) shard.watch(() => (told += 1));
    stream.begin('UPDATING', 500, () => {});
    expect([stream.dueAtMs, told]).toEqual([500, 2]);
    stream.settle(500);
    expect(stream.dueAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('says what it will have when its transition is done, where that is planned', () => {
    const stream = bareStream(2);
    const planned = () => [stream.plannedMode, stream.plannedOpenShards];
    expect(planned()).toEqual(['PROVISIONED', 2]);
    stream.begin('UPDATING', 500, () => {}, { mode: 'ON_DEMAND', openShards: 3 });
    expect(planned()).toEqual(['ON_DEMAND', 3]);
    stream.settle(500);
    expect(planned()).toEqual(['PROVISIONED', 2]);
    stream.begin('UPDATING', 900, () => {});
    expect(planned()).toEqual(['PROVISIONED', 2]);
  });
});
