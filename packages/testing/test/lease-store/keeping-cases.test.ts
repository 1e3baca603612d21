import type { Lease } from '@shardline/consumer';
import { describe, expect, test } from 'vitest';
import * as rules from '../../../consumer/src/lease-rules.js';
import { keepingCases } from '../../src/lease-store/keeping-cases.js';
import { type Breaks, broken, edit, failedCases } from '../support/breakable-lease-store.js';

const { created, deletion, renewed } = rules;

const mutants: readonly (readonly [what: string, caughtBy: RegExp, breaks: Breaks])[] = [
  ["open always says 'created'", /^open: 'existed'/, { methods: () => ({ open: async () => 'created' }) }],
  ["open always says 'existed'", /^open: 'created'/, { methods: () => ({ open: async () => 'existed' }) }],
  [
    'open throws leases away',
    /^open: 'existed'/,
    {
      methods: (store) => {
        let times = 0;
        return {
          open: async () => {
            store.leases.clear();
            times += 1;
            return times > 1 ? 'existed' : 'created';
          },
        };
      },
    },
  ],
  [
    'close throws leases away',
    /^close: other workers/,
    { methods: (store) => ({ close: async () => store.leases.clear() }) },
  ],
  ['create overwrites', /^13: create/, { rules: { created: (_, lease) => created(undefined, lease) } }],
  [
    'create begins at counter 1',
    /^create: counter 0/,
    { rules: { created: (c, lease) => edit(created(c, lease), () => ({ leaseCounter: 1 })) } },
  ],
  [
    'create loses startAt',
    /^create: counter 0/,
    { rules: { created: (c, { startAtMs: _, ...lease }) => created(c, lease) } },
  ],
  [
    'create loses the parents',
    /^create: counter 0/,
    { rules: { created: (c, lease) => created(c, { ...lease, parentShardIds: [] }) } },
  ],
  [
    'list forgets the last',
    /^list: every lease once/,
    { methods: (store) => ({ list: async () => [...store.leases.values()].slice(0, 20) }) },
  ],
  [
    'list shows a lease twice',
    /^list: every lease once/,
    { methods: (store) => ({ list: async () => [...store.leases.values(), ...store.leases.values()] }) },
  ],
  [
    'list shows leases as they were created',
    /^list: every lease once/,
    {
      methods: (store) => ({
        list: async () => [...store.leases.values()].map((lease) => ({ ...lease, leaseCounter: 0 })),
      }),
    },
  ],
  [
    'get takes a part of a key',
    /^get: nothing/,
    {
      methods: (store) => ({
        get: async (leaseKey) =>
          [...store.leases.values()].find((lease) => lease.leaseKey.startsWith(leaseKey)),
      }),
    },
  ],
  [
    'list leaves out what cannot be read',
    /^list, get, create: an entry that cannot be read/,
    {
      methods: (store) => ({
        list: async () => [...store.leases.values()].filter(({ unreadable }) => unreadable === undefined),
      }),
    },
  ],
  [
    'get rejects where it cannot read',
    /^list, get, create: an entry that cannot be read/,
    {
      methods: (store) => ({
        get: async (leaseKey) => {
          const lease = store.leases.get(leaseKey);
          if (lease?.unreadable !== undefined) throw new Error(lease.unreadable);
          return lease;
        },
      }),
    },
  ],
  [
    'get does not say that it could not read',
    /^list, get, create: an entry that cannot be read/,
    {
      methods: (store) => ({
        get: async (leaseKey) => {
          const { unreadable: _, ...lease } = store.leases.get(leaseKey) ?? {};
          return store.leases.has(leaseKey) ? (lease as Lease) : undefined;
        },
      }),
    },
  ],
  [
    'create writes over what cannot be read',
    /^list, get, create: an entry that cannot be read/,
    {
      rules: {
        created: (c, lease) => created(c?.unreadable === undefined ? c : undefined, lease),
      },
    },
  ],
  [
    'delete clears the store',
    /^writes: other leases stay/,
    {
      methods: (store) => ({
        delete: async (known) => {
          const answer = deletion(store.leases.get(known.leaseKey), known);
          if (answer === 'deleted') store.leases.clear();
          return answer;
        },
      }),
    },
  ],
  [
    'delete only says so',
    /^delete: a free lease goes/,
    { methods: (store) => ({ delete: async (known) => deletion(store.leases.get(known.leaseKey), known) }) },
  ],
  [
    'delete is not conditional',
    /^delete: 'changed', and the lease stays, for who believes in a counter above/,
    { rules: { deletion: (c) => (c ? 'deleted' : 'missing') } },
  ],
  ...(['leaseCounter', 'leaseOwner', 'checkpointOwner'] as const).map(
    (name): readonly [string, RegExp, Breaks] => [
      `delete ignores ${name}`,
      /^delete: 'changed', and the lease stays/,
      { rules: { deletion: (c, known) => deletion(c, { ...known, ...(c && { [name]: c[name] }) }) } },
    ],
  ),
  [
    "delete answers 'deleted' where there was nothing",
    /^delete: 'missing'/,
    { rules: { deletion: (c, known) => (c ? deletion(c, known) : 'deleted') } },
  ],
  ['an update puts the item anew', /^25: updates/, { forgetsAttributes: true }],
  [
    'a write goes to every lease',
    /^writes: other leases stay/,
    {
      methods: (store) => ({
        renew: async (known, throughputKBps) => {
          const outcome = renewed(store.leases.get(known.leaseKey), known, throughputKBps);
          for (const [key, lease] of store.leases)
            if (outcome.written) store.leases.set(key, { ...lease, leaseCounter: lease.leaseCounter + 1 });
          return outcome;
        },
      }),
    },
  ],
];

describe('keepingCases', () => {
  test('pass with the right rules', async () => {
    expect(await failedCases(keepingCases, broken())).toEqual([]);
  });

  test.each(mutants)('fail: %s', async (_, caughtBy, breaks) => {
    const failed = await failedCases(keepingCases, broken(breaks));
    expect(failed).toContainEqual(expect.stringMatching(caughtBy));
  });

  test('fail: entries that are no leases are listed', async () => {
    const makeStore = async () => {
      const subject = await broken()();
      const entries = new Set<string>();
      const list = async () => {
        const leases = await subject.store.list();
        return entries.size > 0 ? [...leases, { ...leases[0], leaseKey: 'Leader' }] : leases;
      };
      const store = Object.assign(Object.create(subject.store), { list });
      return { ...subject, store, putEntry: async (key: string) => void entries.add(key) };
    };
    expect(
      await failedCases(
        keepingCases.filter(({ needs }) => needs?.includes('putEntry')),
        makeStore,
      ),
    ).toEqual(['list: entries that are no leases are left out']);
  });
});
