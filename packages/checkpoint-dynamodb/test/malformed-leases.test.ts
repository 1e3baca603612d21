import { expect, onTestFinished, test, vi } from 'vitest';
import { LeaseItemMalformedError } from '../src/errors.js';
import { MalformedLeases } from '../src/malformed-leases.js';

function malformed(leaseKey: string, found = 'absent') {
  return new LeaseItemMalformedError({
    tableName: 'tweets',
    leaseKey,
    attribute: 'checkpoint',
    found,
    expected: 'there',
  });
}

function warnings() {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  onTestFinished(() => emitted.mockRestore());
  return emitted;
}

test('tells of each item once, again when it is broken otherwise, and again after it was whole', () => {
  const told: string[] = [];
  const leases = new MalformedLeases((error) => told.push(error.message));
  const [a, b, otherA] = [malformed('a'), malformed('b'), malformed('a', 'x (S)')];
  leases.listed([a]);
  leases.listed([malformed('a'), b]);
  leases.listed([malformed('a'), b]);
  expect(told.splice(0)).toEqual([a.message, b.message]);
  leases.listed([otherA, b]);
  expect(told.splice(0)).toEqual([otherA.message]);
  leases.listed([]);
  leases.listed([b]);
  expect(told).toEqual([b.message]);
});

test('warns where nobody is to be told', () => {
  const emitted = warnings();
  const error = malformed('a');
  new MalformedLeases(undefined).listed([error]);
  expect(emitted.mock.calls).toEqual([[error.message, { code: 'SHARDLINE_LEASE_ITEM_MALFORMED' }]]);
});

test('a listener that throws does not spoil the listing, and is stood in for', () => {
  const emitted = warnings();
  const leases = new MalformedLeases(() => {
    throw new Error('defect');
  });
  leases.listed([malformed('a'), malformed('b')]);
  expect(emitted).toHaveBeenCalledTimes(2);
});
