import { describe, expect, it } from 'vitest';
import { requireActive, requireProvisioned } from '../src/stream-guards.js';
import { bareStream } from './support/bare-stream.js';

describe('requireActive', () => {
  it('throws while the stream is in any other status, which it names', () => {
    const stream = bareStream(1);
    const account = { id: '000000000000' };
    expect(() => requireActive(account, stream)).not.toThrow();
    for (const status of ['CREATING', 'UPDATING', 'DELETING'] as const) {
      stream.begin(status, 1, () => undefined);
      expect(() => requireActive(account, stream)).toThrow(
        `Stream s under account 000000000000 not ACTIVE, instead in state ${status}`,
      );
    }
  });
});

describe('requireProvisioned', () => {
  it('throws for on-demand streams', () => {
    const account = { id: '000000000000' };
    expect(() => requireProvisioned(account, bareStream(1))).not.toThrow();
    expect(() => requireProvisioned(account, bareStream(1, { mode: 'ON_DEMAND' }))).toThrow(
      'Request is invalid. Stream s under account 000000000000 is in On-Demand mode.',
    );
  });
});
