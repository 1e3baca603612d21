import { describe, expect, test } from 'vitest';
import { type FaultKind, faultKindOf } from '../src/fault-kind.js';

describe('faultKindOf', () => {
  test('knows what an entry of PutRecords may fail with', () => {
    const kinds: readonly [string, FaultKind][] = [
      ['ProvisionedThroughputExceededException', 'throttled'],
      ['InternalFailure', 'transient'],
      ['KMSThrottlingException', 'throttled'],
      ['KMSDisabledException', 'encryption'],
      ['AccessDeniedException', 'access-denied'],
      ['ResourceNotFoundException', 'not-found'],
      ['ValidationException', 'refused'],
      ['ExpiredTokenException', 'credentials'],
    ];
    for (const [name, kind] of kinds) expect(faultKindOf(name)).toBe(kind);
  });

  test('takes for transient what it does not know, members of every object included', () => {
    for (const name of ['NewException', '', 'constructor', '__proto__', 'toString']) {
      expect(faultKindOf(name)).toBe('transient');
    }
  });
});
