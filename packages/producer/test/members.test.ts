import { describe, expect, it } from 'vitest';
import { chargeOf, Members } from '../src/members.js';
import { PutSink } from '../src/sinks.js';

describe('Members', () => {
  it('keeps what is remembered of each record at its position', () => {
    const epoch = { outstanding: 0 };
    const members = new Members(epoch);
    const sink = new PutSink();
    members.add(sink, 7, 100.9, 60);
    members.add(undefined, 8, 105, 70);
    expect(members.epoch).toBe(epoch);
    expect(members.count).toBe(2);
    expect(members.sinks).toEqual([sink, undefined]);
    expect(members.tags).toEqual([7, 8]);
    expect([0, 1].map((position) => members.putAtMsOf(position))).toEqual([100, 105]);
    expect(members.payloadBytes).toBe(130);
    expect(members.chargedBytes).toBe(chargeOf(60, sink) + chargeOf(70, undefined));
    expect(chargeOf(60, sink)).toBe(chargeOf(60, undefined) + sink.recordOverheadBytes);
  });

  it('knows when its oldest and its newest record were put, whatever their places', () => {
    const members = new Members({ outstanding: 0 });
    for (const putAtMs of [20, 10, 30, 25]) members.add(undefined, 0, putAtMs, 1);
    expect(members.oldestPutAtMs).toBe(10);
    expect(members.newestPutAtMs).toBe(30);
  });

  it('knows of each record when it was put, however many share a millisecond', () => {
    const members = new Members({ outstanding: 0 });
    const putAtMs = [5, 5.25, 5.75, 6, 9, 9, 9, 3, 3, 12];
    for (const ms of putAtMs) members.add(undefined, 0, ms, 1);
    expect(putAtMs.map((_, position) => members.putAtMsOf(position))).toEqual(putAtMs.map(Math.floor));
  });

  it('remembers the place of a sink behind records without one', () => {
    const members = new Members({ outstanding: 0 });
    const sink = new PutSink();
    members.add(undefined, 0, 1, 1);
    expect(members.sinks).toEqual([]);
    members.add(undefined, 0, 1, 1);
    members.add(sink, 0, 1, 1);
    members.add(undefined, 0, 1, 1);
    members.add(undefined, 4, 1, 1);
    expect(members.sinks).toEqual([undefined, undefined, sink, undefined, undefined]);
    expect(members.tags).toEqual([0, 0, 0, 0, 4]);
    expect(members.count).toBe(5);
  });

  it('has no age without records', () => {
    const members = new Members({ outstanding: 0 });
    expect(members.count).toBe(0);
    expect(members.oldestPutAtMs).toBe(Number.POSITIVE_INFINITY);
    expect(members.newestPutAtMs).toBe(Number.NEGATIVE_INFINITY);
  });
});
