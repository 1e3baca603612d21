import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DueCall, DueCalls } from '../src/due-calls.js';

interface NamedCall extends DueCall {
  readonly name: number;
}

it('gives the call that is due first, of those due together the one made first, whatever was taken out', () => {
  const step = fc.record({ dueMs: fc.nat(99), taken: fc.nat(100) });
  const steps = fc.array(step, { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(steps, (all) => {
      const calls = new DueCalls<NamedCall>();
      const added: NamedCall[] = [];
      const waiting = new Set<NamedCall>();
      for (const [name, { dueMs, taken }] of all.entries()) {
        const call = { dueMs, name };
        added.push(call);
        waiting.add(call);
        calls.add(call);
        const gone = added[taken];
        if (gone) calls.remove(gone);
        if (gone) waiting.delete(gone);
      }
      const inOrder = [...waiting].sort((a, b) => a.dueMs - b.dueMs || a.name - b.name);
      for (const call of inOrder) {
        expect(calls.first).toBe(call);
        calls.remove(call);
      }
      expect(calls.first).toBeUndefined();
    }),
  );
});

it('looks at a few calls for each that comes or goes, however many wait', () => {
  const count = 4_096;
  let looks = 0;
  const calls = new DueCalls();
  const all = Array.from({ length: count }, (_, index) => ({
    get dueMs() {
      looks += 1;
      return (index * 7_919) % count;
    },
  }));
  for (const call of all) calls.add(call);
  for (const [index, call] of all.entries()) if (index % 2 === 0) calls.remove(call);
  for (let next = calls.first; next; next = calls.first) calls.remove(next);
  // A heap compares with its neighbours above or below: less than four times its depth.
  expect(looks / count).toBeLessThan(8 * Math.log2(count));
});
