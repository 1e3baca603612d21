import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../src/lease.js';
import { planTakes } from '../src/plan-takes.js';
import { failoverMs, indexOf, inShort, type LeaseState, viewOf } from './support/take-views.js';

const plan = (states: readonly LeaseState[]) => inShort(planTakes(viewOf(states)));
const mine = { owner: 'me', held: true };
const theirs = { owner: 'w1' };
const silent = { owner: 'w1', silentMs: failoverMs };
const many = (count: number, state: LeaseState) => Array.from({ length: count }, () => state);

describe('planTakes, of one lease', () => {
  it.each<[string, LeaseState, readonly string[]]>([
    ['takes what is free', {}, ['0 free']],
    ['leaves what is finished', { finished: true }, []],
    ['leaves what may not start (C3)', { early: true }, []],
    ['leaves what it holds', mine, []],
    ['leaves what it still works on', { held: true }, []],
    ['leaves what another worker has', theirs, []],
    ['leaves what was silent for less than failoverMs', { ...theirs, silentMs: failoverMs - 1 }, []],
    ['takes what was silent for failoverMs', silent, ['0 expired']],
    ['leaves what is silent and finished', { ...silent, finished: true }, []],
    ['leaves what is silent and may not start', { ...silent, early: true }, []],
    ['takes what is its own and not held', { owner: 'me' }, ['0 own']],
    ['takes what it has asked for and got', { owner: 'me', asked: true }, ['0 handed-over']],
    ['waits for what it has asked for', { owner: 'me', from: 'w1', asked: true }, []],
    ['waits for the end of a hand-off to it, asked or not', { owner: 'me', from: 'w1' }, []],
    [
      'completes a hand-off whose giver is silent (N4)',
      { owner: 'me', from: 'w1', silentMs: failoverMs },
      ['0 expired'],
    ],
    ['leaves a hand-off of others', { owner: 'w1', from: 'w2' }, []],
    [
      'gives the receiver of a silent hand-off time first',
      { owner: 'w1', from: 'w2', silentMs: 2 * failoverMs - 1 },
      [],
    ],
    [
      'takes a hand-off whose both sides are silent',
      { owner: 'w1', from: 'w2', silentMs: 2 * failoverMs },
      ['0 expired'],
    ],
    ['takes back what it was giving away and does not hold', { owner: 'w1', from: 'me' }, ['0 own']],
    ['leaves what it is giving away', { owner: 'w1', from: 'me', held: true }, []],
  ])('%s', (_, state, takes) => {
    expect(plan([state, ...many(2, { ...mine, finished: true })])).toEqual({ takes, asks: [] });
  });
});

describe('planTakes, a fair share', () => {
  it('takes everything where it is alone', () => {
    expect(plan(many(5, {})).takes).toHaveLength(5);
  });

  it('takes free ones up to the share, rounded up', () => {
    expect(plan([...many(2, theirs), ...many(5, {})]).takes).toHaveLength(4);
  });

  it('counts what it has, held or on its way to it', () => {
    const states = [mine, { owner: 'me', from: 'w1', asked: true }, ...many(2, theirs), ...many(4, {})];
    expect(plan(states).takes).toHaveLength(2);
  });

  it('takes what is its own or given to it whatever the share', () => {
    const states = [...many(3, mine), { owner: 'me' }, { owner: 'me', asked: true }, theirs, {}];
    expect(plan(states).takes).toEqual(['3 own', '4 handed-over']);
  });

  it('counts neither finished leases nor their owners', () => {
    expect(plan([...many(6, { ...theirs, finished: true }), ...many(4, {})]).takes).toHaveLength(4);
  });

  it('does not count a worker that is silent', () => {
    expect(plan([...many(2, silent), ...many(2, {})]).takes).toHaveLength(4);
  });

  it('counts a worker that is silent in one lease and alive in another', () => {
    expect(plan([silent, theirs, {}, {}]).takes).toHaveLength(2);
  });

  it('counts itself while it shows no sign of life, since it is the one that looks', () => {
    const states = [...many(2, { ...mine, silentMs: failoverMs }), ...many(2, theirs), {}, {}];
    expect(plan(states).takes).toHaveLength(1);
  });

  it('takes nothing where it has its share', () => {
    expect(plan([mine, mine, theirs, {}])).toEqual({ takes: [], asks: [] });
  });

  it('begins with different leases from worker to worker', () => {
    const first = new Set<number>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { takes } = planTakes(
        viewOf([...many(9, theirs), ...many(9, {})], { random: seededRandom(seed) }),
      );
      first.add(indexOf(takes[0]?.lease as (typeof takes)[0]['lease']));
    }
    expect(first.size).toBeGreaterThan(5);
  });
});

describe('planTakes, what others leave lying', () => {
  const full = [mine, mine, mine, theirs];

  it('takes a free lease beyond its share once it has lain there for three seconds: its like may be draining', () => {
    expect(plan([...full, { silentMs: 2_999 }, {}]).takes).toEqual([]);
    const lying = plan([...full, { silentMs: 3_000 }, { silentMs: 3_000 }]).takes;
    expect([...lying].sort()).toEqual(['4 free', '5 free']);
  });

  it('takes an expired one beyond its share three seconds after it has expired', () => {
    const states = [mine, mine, mine, theirs];
    expect(plan([...states, { owner: 'w2', silentMs: failoverMs + 2_999 }]).takes).toEqual([]);
    expect(plan([...states, { owner: 'w2', silentMs: failoverMs + 3_000 }]).takes).toEqual(['4 expired']);
  });

  it('asks others all the same, when what it was to take it did not get last time', () => {
    const states = [{ silentMs: 5_000 }, ...many(4, theirs)];
    const asked = (fruitless: ReadonlySet<string>) =>
      planTakes(viewOf(states, { fruitless })).handoffs.length;
    expect(asked(new Set())).toBe(0);
    expect(asked(new Set(['shardId-000000000000']))).toBeGreaterThan(0);
  });

  it('leaves a lease alone that nobody is to have but somebody still gives away', () => {
    const view = viewOf([{}]);
    const leases = view.leases.map((lease) => ({ ...lease, checkpointOwner: 'w1' }));
    expect(planTakes({ ...view, leases }).takes).toEqual([]);
  });
});

describe('planTakes, what it asks others for', () => {
  it('evens out to a difference of one at most', () => {
    expect(plan(many(5, theirs)).asks).toHaveLength(2);
    expect(plan(many(4, theirs)).asks).toHaveLength(2);
    expect(plan(many(2, theirs)).asks).toHaveLength(1);
  });

  it.each([
    ['one lease in all', [theirs]],
    ['a difference of one', [mine, theirs, theirs]],
    ['more than others have', [mine, mine, mine, theirs]],
    ['its share on the way', [{ owner: 'me', from: 'w1', asked: true }, theirs, theirs]],
  ])('asks for nothing with %s', (_, states) => {
    expect(plan(states)).toEqual({ takes: [], asks: [] });
  });

  it('asks for nothing while there is something to take', () => {
    expect(plan([...many(8, theirs), {}])).toEqual({ takes: ['8 free'], asks: [] });
  });

  it('asks the worker with the most, time and again', () => {
    const states = [...many(6, { owner: 'w2' }), ...many(3, theirs)];
    const { asks } = plan(states);
    expect(asks).toHaveLength(3);
    expect(asks.every((index) => index < 6)).toBe(true);
  });

  it('asks neither for what is on its way elsewhere, nor for what is finished or silent', () => {
    const busy = { owner: 'w1', from: 'w2' };
    const states = [
      ...many(3, busy),
      ...many(3, { ...theirs, finished: true }),
      theirs,
      { ...theirs, silentMs: 1 },
    ];
    const { asks } = plan(states);
    expect(asks).toEqual([6, 7]);
  });

  it('goes to the next where the worker with the most has nothing that can move', () => {
    const states = [...many(6, { owner: 'w1', from: 'w2' }), ...many(3, { owner: 'w3' })];
    expect(plan(states).asks).toHaveLength(1);
    expect(plan(states).asks[0]).toBeGreaterThan(5);
  });
});

it('planTakes leaves a lease that cannot be read, and counts it for nobody', () => {
  const view = viewOf([{}, theirs, theirs, ...many(4, {})]);
  const broken = (lease: Lease, index: number) =>
    index < 2 ? { ...lease, unreadable: 'no checkpoint' } : lease;
  const { takes } = planTakes({ ...view, leases: view.leases.map(broken) });
  expect(takes.map(({ lease }) => indexOf(lease))).not.toContain(0);
  expect(takes).toHaveLength(3);
});
