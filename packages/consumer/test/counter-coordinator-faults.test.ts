import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { effectiveOwner, type Lease } from '../src/lease.js';
import { type CoordinatedWorker, LeaseFleet } from './support/coordinated-worker.js';
import { failoverMs } from './support/held-leases.js';
import { shardId } from './support/shard-tree.js';
import {
  answeredLate,
  broken,
  carriedOutLate,
  type Fate,
  swallowed,
  throttled,
  unanswered,
} from './support/store-line.js';

const callTimeoutMs = failoverMs / 3;
const reasons = (worker: CoordinatedWorker) => worker.gains.map(({ reason }) => reason);

/** How a call may fail. */
const failures: readonly (readonly [string, Fate])[] = [
  ['is throttled', throttled],
  ['gets lost', swallowed],
  ['is carried out and not answered', unanswered],
  ['is carried out over a connection that breaks', broken],
];

describe('CounterCoordinator, when the store fails', () => {
  it.each(failures)('takes a lease by another look when a take %s', async (_, fate) => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.worker();
    worker.line.script('take', fate);
    worker.coordinator.start();
    await fleet.clock.advance(callTimeoutMs + 1_000);
    expect([worker.held(), worker.failures]).toEqual([[0], ['take-lease']]);
    expect(reasons(worker)).toEqual([fate === throttled || fate === swallowed ? 'free' : 'own']);
  });

  it.each(failures)('looks again when a listing %s', async (_, fate) => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.worker();
    worker.line.script('list', fate);
    worker.coordinator.start();
    await fleet.clock.advance(callTimeoutMs + 1_000);
    expect([worker.held(), worker.failures]).toEqual([[0], ['list-leases']]);
  });

  it.each(failures)('gets what it asked for, though asking %s', async (_, fate) => {
    const fleet = await new LeaseFleet().create(2);
    fleet.start();
    await fleet.clock.advance(2_000);
    const worker = fleet.worker();
    worker.line.script('startHandoff', fate);
    worker.coordinator.start();
    await fleet.clock.advance(callTimeoutMs + 5_000);
    expect([worker.held().length, worker.failures]).toEqual([1, ['hand-off']]);
    expect(fleet.clashes).toEqual([]);
  });

  it.each(failures)('keeps its leases when one renewal %s', async (_, fate) => {
    const fleet = await new LeaseFleet().create(3);
    const worker = fleet.start();
    await fleet.clock.advance(1_000);
    worker.line.script('renew', fate);
    await fleet.clock.advance(3 * failoverMs);
    expect([worker.held(), worker.failures]).toEqual([[0, 1, 2], ['renew-lease']]);
    expect(worker.gains).toHaveLength(3);
  });

  it('keeps its leases when each of them has a renewal that is not answered', async () => {
    const fleet = await new LeaseFleet().create(3);
    const worker = fleet.start();
    await fleet.clock.advance(1_000);
    worker.line.script('renew', swallowed, swallowed, swallowed);
    await fleet.clock.advance(3 * failoverMs);
    expect(worker.gains).toHaveLength(3);
  });

  it('says nothing of a renewal that shows a lease to be lost: that is told by the lease', async () => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.start();
    await fleet.clock.advance(1_000);
    const [lease] = await fleet.memory.list();
    await fleet.memory.take(lease as Lease, 'w9');
    // No listing may tell of it before.
    worker.line.script('list', throttled, throttled, throttled, throttled);
    await fleet.clock.advance(4_000);
    expect([...worker.holds].map(({ lost }) => lost)).toEqual(['taken']);
    expect(worker.failures.filter((task) => task === 'renew-lease')).toEqual([]);
  });

  it('does not take the take of another for its own', async () => {
    const fleet = await new LeaseFleet().create(1);
    const first = fleet.worker();
    first.line.script('take', carriedOutLate(fleet.clock, 500));
    const second = fleet.worker();
    first.coordinator.start();
    second.coordinator.start();
    await fleet.clock.advance(failoverMs);
    expect([first.gains, first.failures, second.held()]).toEqual([[], [], [0]]);
  });

  it('counts its hold from a take that it knows to be sent before anybody saw it (N2)', async () => {
    const fleet = await new LeaseFleet().create(1);
    const first = fleet.worker();
    // The first take is carried out between the second listing and the second take, and seen by others before that one is sent.
    first.line.script('take', carriedOutLate(fleet.clock, 4_500));
    first.line.script('list', ({ run }) => run(), answeredLate(fleet.clock, 3_200));
    first.coordinator.start();
    await fleet.clock.advance(100);
    const second = fleet.start();
    second.line.script('take', throttled, throttled, throttled, throttled, throttled);
    await fleet.clock.advance(7_800);
    expect(first.held()).toEqual([0]);
    first.crash();
    await fleet.clock.advance(2 * failoverMs);
    expect(second.held()).toEqual([0]);
    expect(fleet.clashes).toEqual([]);
  });

  it('goes on as soon as the store does, after longer than failoverMs', async () => {
    const fleet = await new LeaseFleet().create(4);
    const workers = [fleet.start(), fleet.start()];
    await fleet.clock.advance(10_000);
    for (const { line } of workers) line.otherwise = throttled;
    await fleet.clock.advance(3 * failoverMs);
    expect(workers.map((worker) => worker.held())).toEqual([[], []]);
    for (const { line } of workers) line.otherwise = ({ run }) => run();
    await fleet.clock.advance(20_000);
    expect(workers.map((worker) => worker.held().length)).toEqual([2, 2]);
    expect(fleet.clashes).toEqual([]);
  });
});

describe('CounterCoordinator, when it is stopped', () => {
  it('gives a lease back that it was just taking, and tells nobody of it', async () => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.worker();
    worker.line.script('take', answeredLate(fleet.clock, 1_000));
    worker.coordinator.start();
    await fleet.clock.advance(500);
    await fleet.until(worker.stop());
    expect(worker.gains).toEqual([]);
    expect((await fleet.memory.list()).map(effectiveOwner)).toEqual([undefined]);
  });

  it.each([
    ['is never answered', unanswered],
    ['meets with a broken connection', broken],
  ])('gives a lease back whose take %s', async (_, fate) => {
    const fleet = await new LeaseFleet().create(2);
    const worker = fleet.worker();
    worker.line.script('take', fate);
    worker.coordinator.start();
    await fleet.clock.advance(100);
    await fleet.until(worker.stop());
    const leases = await fleet.memory.list();
    expect(leases.map(effectiveOwner)).toEqual([undefined, undefined]);
  });

  it('gives a lease back whose take was not answered by an earlier look', async () => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.worker({ mayStart: () => (worker.line.calls.includes('get') ? 'no' : 'yes') });
    worker.line.script('take', broken);
    worker.coordinator.start();
    await fleet.clock.advance(0);
    await worker.line.store.get(shardId(0));
    await fleet.clock.advance(5_000);
    expect(worker.held()).toEqual([]);
    await fleet.until(worker.stop());
    expect((await fleet.memory.list()).map(effectiveOwner)).toEqual([undefined]);
  });

  it('takes no more of what is planned, and nothing afterwards', async () => {
    const fleet = await new LeaseFleet().create(40);
    const worker = fleet.worker();
    worker.line.otherwise = async ({ run, operation }) =>
      operation === 'take' ? answeredLate(fleet.clock, 1_000)({ run, operation, args: [] }) : run();
    worker.coordinator.start();
    await fleet.clock.advance(500);
    await fleet.until(worker.stop());
    expect(worker.line.calls.filter((call) => call === 'take')).toHaveLength(32);
    worker.coordinator.lookSoon();
    await fleet.clock.advance(60_000);
    expect(worker.line.calls.filter((call) => call === 'take')).toHaveLength(32);
    expect((await fleet.memory.list()).filter(effectiveOwner)).toEqual([]);
  });

  it.each([
    ['that was not answered', 0],
    ['that is under way', 60_000],
    ['that ends meanwhile', 900],
  ])('leaves nobody waiting for a hand-off to it %s', async (what, drainMs) => {
    const fleet = await new LeaseFleet().create(2);
    const first = fleet.start({ drainMs });
    await fleet.clock.advance(2_000);
    const second = fleet.worker();
    if (what === 'that was not answered') second.line.script('startHandoff', broken);
    second.coordinator.start();
    await fleet.clock.advance(drainMs === 0 ? 0 : 850);
    await fleet.until(second.stop());
    expect((await fleet.memory.list()).filter(({ leaseOwner }) => leaseOwner === 'w2')).toEqual([]);
    await fleet.clock.advance(4_500);
    expect(first.held()).toEqual([0, 1]);
    expect(fleet.clashes).toEqual([]);
  });

  it('ends although the store does not answer any more, and says what it could not do', async () => {
    const fleet = await new LeaseFleet().create(2);
    const worker = fleet.worker();
    worker.line.script('take', unanswered, unanswered);
    worker.coordinator.start();
    await fleet.clock.advance(1_000);
    worker.line.otherwise = swallowed;
    const before = fleet.clock.monotonic();
    await fleet.until(worker.coordinator.close());
    expect(fleet.clock.monotonic() - before).toBeLessThanOrEqual(3 * callTimeoutMs);
    expect(worker.failures).toEqual(['take-lease', 'take-lease', 'release-lease']);
    expect(fleet.clock.pending).toBe(0);
  });

  it('keeps what it holds alive until that is released', async () => {
    const fleet = await new LeaseFleet().create(1);
    const worker = fleet.start();
    await fleet.clock.advance(1_000);
    await fleet.until(worker.coordinator.stopTaking());
    await fleet.clock.advance(5 * failoverMs);
    expect(worker.held()).toEqual([0]);
  });
});

it.each(Array.from({ length: 20 }, (_, seed) => [seed]))(
  'C2: no two workers hold a lease, whatever the store and the workers do, and all is held in the end (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const fleet = await new LeaseFleet().create(1 + Math.floor(random.next() * 8));
    const { clock } = fleet;
    const fates = [
      throttled,
      swallowed,
      unanswered,
      broken,
      carriedOutLate(clock, 2_500),
      answeredLate(clock, 2_500),
    ];
    const shaky: Fate = (call) => {
      const fate = random.next() < 0.2 ? fates[Math.floor(random.next() * fates.length)] : undefined;
      return fate ? fate(call) : call.run();
    };
    const alive: CoordinatedWorker[] = [];
    for (let step = 0; step < 30; step += 1) {
      const chance = random.next();
      const at = Math.floor(random.next() * alive.length);
      if (alive.length < 2 || chance < 0.15) {
        const worker = fleet.worker({ drainMs: random.next() * 2_000 });
        worker.line.otherwise = shaky;
        worker.coordinator.start();
        alive.push(worker);
      } else if (chance < 0.25) alive.splice(at, 1)[0]?.crash();
      else if (chance < 0.35) await fleet.until((alive.splice(at, 1)[0] as CoordinatedWorker).stop());
      await clock.advance(random.next() * 4_000);
    }
    for (const { line } of alive) line.otherwise = ({ run }) => run();
    await clock.advance(4 * failoverMs);
    expect(fleet.clashes).toEqual([]);
    const held = alive.flatMap((worker) => worker.held()).sort((a, b) => a - b);
    expect(held).toEqual((await fleet.memory.list()).map((_, index) => index));
  },
);
