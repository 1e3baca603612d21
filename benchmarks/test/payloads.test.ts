import { describe, expect, it } from 'vitest';
import { payloadOf, payloads } from '../workload/payloads.js';

describe('payloads', () => {
  it('are 256, fewer where they are large', () => {
    expect(payloads(100)).toHaveLength(256);
    expect(payloads(1_000_000)).toHaveLength(32);
  });

  it('are taken in turn', () => {
    const large = payloads(1_000_000);
    expect(payloadOf(large, 33)).toBe(large[1]);
    expect(payloadOf(payloads(1), 0)).toHaveLength(1);
  });
});
