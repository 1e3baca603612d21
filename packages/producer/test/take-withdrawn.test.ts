import { expect, test } from 'vitest';
import type { Sink } from '../src/sink.js';
import { takeWithdrawn } from '../src/take-withdrawn.js';
import { accepted, aggregate, hashOfAccepted, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';

const sink = (): Sink => ({ recordOverheadBytes: 0, settle: () => {} });

test('takes what waits by itself, of these sinks only, and leaves the others in order', () => {
  const [mine, other, another] = [sink(), sink(), sink()];
  const { lane } = makeLane({ aggregates: false });
  [mine, other, mine, another, other].forEach((each, tag) => {
    lane.queue.push(single({ sink: each, tag }));
  });
  lane.queue.push(single({ tag: 5 }));
  const { bytes } = lane.queue;
  const taken = takeWithdrawn(lane, new Set([mine, another]));
  expect(tagsOf(taken)).toEqual([0, 2, 3]);
  expect(lane.queue.bytes).toBe(bytes / 2);
  expect(tagsOf(lane.queue.drain())).toEqual([1, 4, 5]);
});

test('leaves what was sent, and what is in an aggregate, sealed or open, of one or of many', () => {
  const mine = sink();
  const { lane, sealings } = makeLane();
  const sent = single({ sink: mine, tag: 1 });
  sent.attempted(0, 1, { success: false, errorCode: 'InternalFailure' });
  lane.queue.push(sent);
  lane.queue.push(
    aggregate([
      { sink: mine, tag: 2 },
      { sink: mine, tag: 3 },
    ]),
  );
  lane.queue.push(aggregate([{ sink: mine, tag: 4, data: Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2) }]));
  const open = accepted({ sink: mine, tag: 5 });
  lane.add(open, hashOfAccepted(open), { outstanding: 1 });
  expect(takeWithdrawn(lane, new Set([mine]))).toEqual([]);
  expect(sealings).toEqual([]);
  expect(tagsOf(lane.drain('close'))).toEqual([1, 2, 3, 4, 5]);
});
