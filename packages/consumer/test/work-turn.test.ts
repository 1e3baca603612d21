import { ManualClock } from '@shardline/testing';
import { expect, test } from 'vitest';
import { WorkTurn } from '../src/work-turn.js';

test('a turn is over after 10 ms, and begins anew when others had theirs', async () => {
  const clock = new ManualClock();
  await clock.advance(100);
  const turn = new WorkTurn(clock);
  expect([100, 110, 111].map((nowMs) => turn.isOver(nowMs))).toEqual([false, false, true]);
  await clock.advance(50);
  const order: string[] = [];
  clock.schedule(0, () => order.push('others'));
  const over = turn.giveWay().then(() => order.push('we'));
  await undefined;
  expect(order).toEqual([]);
  await clock.advance(0);
  await over;
  expect(order).toEqual(['others', 'we']);
  expect([160, 161].map((nowMs) => turn.isOver(nowMs))).toEqual([false, true]);
});
