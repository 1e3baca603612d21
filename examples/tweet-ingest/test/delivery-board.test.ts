import { describe, expect, it } from 'vitest';
import { DeliveryBoard } from '../src/demo/delivery-board.js';

const report = (held: Record<string, number | undefined>, delivered: Record<string, number> = {}) => ({
  type: 'report' as const,
  held: Object.entries(held).map(([shardId, behindMs]) => ({ shardId, behindMs })),
  delivered,
});

const owners = (board: DeliveryBoard) =>
  Object.fromEntries(board.deliveries(0).map(({ shardId, worker }) => [shardId, worker]));

describe('DeliveryBoard', () => {
  it('shows who holds a shard, and adds up what was delivered of it', () => {
    const board = new DeliveryBoard();
    board.report('w1', report({ a: 0, b: 700 }, { a: 10, b: 5 }), 100);
    board.report('w2', report({ c: undefined }), 100);
    expect(board.deliveries(150)).toEqual([
      { shardId: 'a', worker: 'w1', delivered: 10, behindMs: 0, finished: false },
      { shardId: 'b', worker: 'w1', delivered: 5, behindMs: 700, finished: false },
      { shardId: 'c', worker: 'w2', delivered: 0, behindMs: undefined, finished: false },
    ]);
    board.report('w1', report({ a: 0 }, { a: 12, b: 6 }), 300);
    board.report('w2', report({ b: 0, c: 0 }, { b: 2, c: 1 }), 300);
    expect(owners(board)).toEqual({ a: 'w1', b: 'w2', c: 'w2' });
    expect(board.deliveries(300).map(({ delivered }) => delivered)).toEqual([12, 8, 1]);
  });

  it('lets the shards of a dead worker fall behind until another one delivers them', () => {
    const board = new DeliveryBoard();
    board.report('w1', report({ a: 200 }, { a: 10 }), 1_000);
    board.died('w1', 1_100);
    expect(board.deliveries(4_000)).toEqual([
      { shardId: 'a', worker: undefined, delivered: 10, behindMs: 3_100, finished: false },
    ]);
    board.report('w2', report({ a: 0 }), 5_000);
    expect(board.deliveries(5_500)[0]).toMatchObject({ worker: undefined, behindMs: 4_600 });
    expect(board.heldBy('w2')).toEqual(['a']);
    expect(board.hasCaughtUp(4_000)).toBe(true);
    board.delivering('a');
    board.report('w2', report({ a: 4_500 }), 6_000);
    expect(board.deliveries(6_000)[0]).toMatchObject({ worker: 'w2', behindMs: 4_500, delivered: 10 });
    board.died('w2', 6_000);
    board.finished('a');
    expect(board.deliveries(7_000)[0]).toMatchObject({ behindMs: 0, finished: true });
  });

  it('lets a shard that is between two workers fall behind', () => {
    const board = new DeliveryBoard();
    board.report('w1', report({ a: 200 }), 1_000);
    board.report('w1', report({}), 1_200);
    expect(board.deliveries(1_500)[0]).toMatchObject({ worker: undefined, behindMs: 700 });
    board.report('w2', report({ a: undefined }), 1_600);
    expect(board.deliveries(1_700)[0]).toMatchObject({ worker: 'w2', behindMs: 200 });
  });

  it('is never behind on a finished shard, and counts it for no worker', () => {
    const board = new DeliveryBoard();
    board.report('w1', report({ a: 900, b: 0 }), 100);
    board.finished('a');
    expect(board.deliveries(200)[0]).toMatchObject({ shardId: 'a', behindMs: 0, finished: true });
    expect(board.heldBy('w1')).toEqual(['b']);
    expect(board.heldBy('w2')).toEqual([]);
  });

  it('has caught up when every unfinished shard is held and at its tip, by a late enough report', () => {
    const board = new DeliveryBoard();
    board.report('w1', report({ a: 0, b: 0 }), 100);
    expect(board.hasCaughtUp(99)).toBe(true);
    expect(board.hasCaughtUp(100)).toBe(false);
    board.report('w1', report({ a: 0, b: 1 }), 200);
    expect(board.hasCaughtUp(150)).toBe(false);
    board.finished('b');
    expect(board.hasCaughtUp(150)).toBe(true);
    board.report('w1', report({ b: 0 }), 300);
    expect(board.hasCaughtUp(150)).toBe(false);
  });
});
