import { describe, expect, it } from 'vitest';
import type { Benchmark, Comparison } from '../benchmark.js';
import type { RunRequest } from '../child.js';
import { Budget, FULL_PLAN, measureComparison, type Plan, QUICK_PLAN, runCount } from '../measure.js';

const comparison: Comparison = {
  name: 'work',
  unit: 'records',
  bytesPerUnit: 10,
  quick: true,
  subjects: [{ name: 'shardline', module: 'ours', parameters: { size: 10, lapRecords: 1_000 } }],
  references: [
    { role: 'floor', name: 'bare', module: 'bare', parameters: {} },
    { role: 'peer', name: 'other', module: 'other', parameters: {} },
  ],
};
const benchmark: Benchmark = {
  name: 'b',
  summary: 'work',
  comparisons: [comparison, { ...comparison, name: 'more work', quick: false }],
};
const rates: Record<string, number> = { ours: 200, bare: 400, other: 100 };

function recorder() {
  const requests: RunRequest[] = [];
  const environments: object[] = [];
  const run = async (request: RunRequest, environment: Readonly<Record<string, string>>) => {
    requests.push(request);
    environments.push(environment);
    return { units: rates[request.module] ?? 0, cpuSeconds: 1, wallSeconds: 1, gcSeconds: 0, facts: {} };
  };
  return { requests, environments, run };
}

const measureWith = (plan: Plan, run: ReturnType<typeof recorder>['run'], subject: Comparison = comparison) =>
  measureComparison('b', subject, plan, new Budget(plan, 9, () => 0), undefined, run);

describe('measureComparison', () => {
  it('runs subject, floor and peers turn by turn, three rounds', async () => {
    const { requests, run } = recorder();
    const results = await measureWith(FULL_PLAN, run);
    const round = ['ours', 'bare', 'other'];
    expect(requests.map(({ module }) => module)).toEqual([...round, ...round, ...round]);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ name: 'work', value: 200, ratios: { bare: 0.5, other: 2 } });
  });

  it('names each of several subjects, beside the same references', async () => {
    const { requests, run } = recorder();
    const subjects = ['a', 'b'].map((name) => ({ name, module: 'ours', parameters: {} }));
    const results = await measureWith(QUICK_PLAN, run, { ...comparison, subjects });
    expect(results.map(({ name }) => name)).toEqual(['work, a', 'work, b']);
    expect(requests).toHaveLength(4);
  });

  it('hands surroundings to every case; its own parameters win', async () => {
    const { requests, environments, run } = recorder();
    const surroundings = {
      parameters: { endpoint: 'x', size: 1 },
      environment: { TRUST: 'file' },
      close: () => Promise.resolve(),
    };
    await measureComparison(
      'b',
      comparison,
      QUICK_PLAN,
      new Budget(QUICK_PLAN, 3, () => 0),
      surroundings,
      run,
    );
    expect(requests[0]?.parameters).toMatchObject({ endpoint: 'x', size: 10 });
    expect(environments[2]).toEqual({ TRUST: 'file' });
  });

  it('shortens laps in a quick run only', async () => {
    const quick = recorder();
    await measureWith(QUICK_PLAN, quick.run);
    expect(quick.requests[0]?.parameters).toEqual({ size: 10, lapRecords: 100 });
    const full = recorder();
    await measureWith(FULL_PLAN, full.run);
    expect(full.requests[0]?.parameters).toEqual({ size: 10, lapRecords: 1_000 });
  });

  it('fails when a case fails', async () => {
    const failing = () => Promise.reject(new Error('lost a record'));
    await expect(measureWith(QUICK_PLAN, failing)).rejects.toThrow('lost a record');
  });
});

describe('runCount', () => {
  it('counts the cases of all rounds, in a quick run those marked for it', () => {
    expect(runCount(benchmark, FULL_PLAN)).toBe(18);
    expect(runCount(benchmark, QUICK_PLAN)).toBe(3);
  });
});

describe('Budget', () => {
  it('ends all runs within the total, whatever the earlier ones took', () => {
    let nowMs = 1_000;
    const budget = new Budget({ ...QUICK_PLAN, totalMs: 20_000, wallLimitMs: 60_000 }, 4, () => nowMs);
    expect(budget.nextMs()).toBe(4_750);
    nowMs += 11_000;
    expect(budget.nextMs()).toBe(2_750);
    expect(budget.isSpent).toBe(false);
    nowMs += 9_000;
    expect(budget.nextMs()).toBe(0);
    expect(budget.isSpent).toBe(true);
  });

  it('gives no run more than the plan does', () => {
    const budget = new Budget(QUICK_PLAN, 1, () => 0);
    expect(budget.nextMs()).toBe(QUICK_PLAN.wallLimitMs);
  });

  it('has no end in a full run', () => {
    const budget = new Budget(FULL_PLAN, 1_000, () => 0);
    expect(budget.nextMs()).toBe(FULL_PLAN.wallLimitMs);
    expect(budget.isSpent).toBe(false);
  });
});
